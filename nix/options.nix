# The options of services.dogwatch.
{ lib, pkgs }:
let
  inherit (lib) mkEnableOption mkOption types;
  kinds = import ./kinds.nix { inherit lib; };
  all = import ./settings.nix;

  # The settings with the wanted scope, as a submodule: an unknown name or a value of a wrong type
  # is an evaluation error.
  settings =
    wanted:
    types.submodule {
      options = lib.mapAttrs (
        _: one:
        mkOption {
          type = types.nullOr kinds.${one.kind}.type;
          default = null;
          inherit (kinds.${one.kind}) example;
          description = "${one.meaning} Null: dogwatch's own default.";
        }
      ) (lib.filterAttrs (_: wanted) all);
    };

  secretFile = mkOption {
    type = types.nullOr (types.strMatching "/.*");
    default = null;
    example = "/run/secrets/dogwatch.env";
    description = "A file with lines NAME=VALUE, for keys and URLs that contain a secret. It belongs to root, with mode 0600, outside the store, which everyone can read.";
  };

  run = types.submodule {
    options = {
      command = mkOption {
        type = types.listOf types.str;
        example = [ "opencode" "run" "--command" "upgrade-all" ];
        description = "The command and its arguments, without a shell.";
      };
      workingDirectory = mkOption {
        type = types.strMatching "/.*";
        example = "/srv/app";
        description = "Where it runs. The user must be able to write there.";
      };
      schedule = mkOption {
        type = types.nullOr types.str;
        default = null;
        example = "Sat 02:00";
        description = "When it starts, as in systemd.time(7). A start missed while the machine was off is made up for. Null: only by `systemctl start dogwatch-run-NAME`.";
      };
      agent = mkOption {
        type = types.nullOr (types.enum (import ./agents.nix));
        default = null;
        description = "Which agent the command is. Null: recognized by its name.";
      };
      prompt = mkOption {
        type = types.nullOr types.str;
        default = null;
        description = "Given to the command on its standard input.";
      };
      doneFile = mkOption {
        type = types.nullOr types.str;
        default = null;
        description = "The job is done when this file appears or changes.";
      };
      doneLog = mkOption {
        type = types.nullOr types.str;
        default = null;
        description = "The job is done when a line of the agent's own output matches this pattern.";
      };
      check = mkOption {
        type = types.nullOr types.str;
        default = null;
        example = "npm test";
        description = "Run by /bin/sh -c: the agent is not believed to be done until it exits with status 0.";
      };
      progress = mkOption {
        type = types.nullOr types.str;
        default = null;
        description = "Run by /bin/sh -c after each attempt: a higher number or a new text is a milestone.";
      };
      options = mkOption {
        type = types.listOf types.str;
        default = [ ];
        example = [ "--done-exit" ];
        description = "Further options of `dogwatch run`.";
      };
      settings = mkOption {
        type = settings (one: one.scope != "host");
        default = { };
        example = { DOGWATCH_MAX_TOOL = "4h"; };
        description = "Settings of this run only.";
      };
      environment = mkOption {
        type = types.attrsOf types.str;
        default = { };
        description = "The agent's variables. Secrets belong in environmentFile.";
      };
      environmentFile = secretFile;
    };
  };
in
{
  enable = mkEnableOption "dogwatch, which keeps unattended coding-agent runs going";

  package = mkOption {
    type = types.package;
    default = pkgs.callPackage ./package.nix { };
    description = "The program.";
  };

  user = mkOption {
    type = types.str;
    default = "dogwatch";
    description = "The user of the runs, whose files, keys and rights the agents use. Only `dogwatch` is created here, with its home in /var/lib/dogwatch-home.";
  };

  group = mkOption {
    type = types.str;
    default = "dogwatch";
    description = "The group of the services. Only `dogwatch` is created here.";
  };

  path = mkOption {
    type = types.listOf (types.either types.package types.str);
    default = [ ];
    example = "[ pkgs.opencode pkgs.nodejs_24 ]";
    description = "What is on the agents' PATH, besides bash, git, and the system's and the user's programs.";
  };

  settings = mkOption {
    type = settings (one: true);
    default = { };
    example = { DOGWATCH_IDLE = "20m"; };
    description = "The settings, named as in `dogwatch help settings`.";
  };

  notify = mkOption {
    type = types.listOf (types.strMatching "[^[:space:]]+");
    default = [ ];
    example = [ "exec:/run/current-system/sw/bin/tell-me" ];
    description = "Where notices are sent. A channel that contains a token or a password belongs in environmentFile, as DOGWATCH_NOTIFY=….";
  };

  environmentFile = secretFile;

  fleet = {
    urls = mkOption {
      type = types.listOf (types.strMatching "(nats|tls)://[^[:space:],@]+");
      default = [ ];
      example = [ "nats://engine1" "nats://engine2" "nats://engine3" ];
      description = "The NATS servers of the fleet that this host is a member of. Without any it acts alone.";
    };
    credentialsFile = mkOption {
      type = types.nullOr (types.strMatching "/.*");
      default = null;
      example = "/run/secrets/dogwatch-fleet.json";
      description = "The credentials of this host, which `dogwatch fleet join` wrote, as a file that only root may read, outside the store. Null: they are in the state directory, where `sudo -u dogwatch dogwatch fleet join` puts them.";
    };
    labels = mkOption {
      type = types.listOf (types.strMatching "[A-Za-z0-9][A-Za-z0-9_-]{0,31}");
      default = [ ];
      example = [ "gpu" ];
      description = "Labels of this host in its fleet. Without any, those of its invitation.";
    };
    engine = {
      enable = mkEnableOption "a server of the engine of a fleet on this machine";
      configFile = mkOption {
        type = types.strMatching "/.*";
        default = "/etc/nats/nats.conf";
        example = "/etc/nats/nats-engine1.conf";
        description = "The configuration that `dogwatch fleet init` wrote for this server, with accounts.conf beside it.";
      };
      monitor = mkOption {
        type = types.strMatching "http://[^[:space:]?]+[^[:space:]?/]";
        default = "http://127.0.0.1:8222";
        description = "The monitoring port of this server, where it is asked whether JetStream is on.";
      };
      package = mkOption {
        type = types.package;
        default = pkgs.nats-server;
        description = "nats-server, 2.10.27 or newer.";
      };
    };
  };

  sandbox = mkOption {
    type = types.bool;
    default = true;
    description = "Without it, agents can gain further rights, for example by sudo.";
  };

  linger = mkOption {
    type = types.bool;
    default = false;
    description = "Keeps the user's own service manager going without a login, for agents that start units there.";
  };

  docker.enable = mkOption {
    type = types.bool;
    default = false;
    description = "Puts the user into the group docker, so that images and build cache can be reclaimed. That group is equivalent to root. Without it no engine is used, unless DOGWATCH_DOCKER_HOSTS names one.";
  };

  supervise = {
    enable = mkOption {
      type = types.bool;
      default = true;
      description = "The hourly gate: starts a watchdog that has failed permanently, and the recovery agent if one is set.";
    };
    schedule = mkOption {
      type = types.str;
      default = (import ./units.nix)."dogwatch-supervise.timer".Timer.OnCalendar;
      description = "When it runs, as in systemd.time(7).";
    };
  };

  runs = mkOption {
    type = types.attrsOf run;
    default = { };
    description = "Runs that are started by a timer, or by `systemctl start dogwatch-run-NAME`.";
  };
}
