# The options of services.dogwatch.
{ lib, pkgs }:
let
  inherit (lib) mkEnableOption mkOption types;
  kinds = import ./kinds.nix { inherit lib; };
  all = import ./settings.nix;

  # Those whose scope is wanted, as a submodule: a name that is no setting, or a value of a wrong type, is an error of the evaluation.
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
    description = "A file with lines NAME=VALUE, for keys and URLs that hold a secret. Root's, 0600; outside the store, which everybody can read.";
  };

  run = types.submodule {
    options = {
      command = mkOption {
        type = types.listOf types.str;
        example = [ "opencode" "run" "--command" "upgrade-all" ];
        description = "The command and its arguments. No shell reads it.";
      };
      workingDirectory = mkOption {
        type = types.strMatching "/.*";
        example = "/srv/app";
        description = "Where it runs. The user needs to be able to write there.";
      };
      schedule = mkOption {
        type = types.nullOr types.str;
        default = null;
        example = "Sat 02:00";
        description = "When it is started, as systemd.time(7) has it. What was missed while the machine was off is made up for. Null: only by `systemctl start dogwatch-run-NAME`.";
      };
      agent = mkOption {
        type = types.nullOr (types.enum (import ./agents.nix));
        default = null;
        description = "Which agent the command is. Null: recognised by its name.";
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
        description = "Run by /bin/sh -c: no claim of done is believed until it ends with status 0.";
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
        description = "Settings of this run alone.";
      };
      environment = mkOption {
        type = types.attrsOf types.str;
        default = { };
        description = "Variables that the agent finds. Secrets belong into environmentFile.";
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
    description = "Whose runs they are, with whose files, keys and rights the agents work. Only `dogwatch` is created here, with its home in /var/lib/dogwatch-home.";
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
    description = "What the agents find on their PATH, besides bash, git, the system's own programs and the user's.";
  };

  settings = mkOption {
    type = settings (one: true);
    default = { };
    example = { DOGWATCH_IDLE = "20m"; };
    description = "The settings by their names, as the README lists them.";
  };

  notify = mkOption {
    type = types.listOf (types.strMatching "[^[:space:]]+");
    default = [ ];
    example = [ "exec:/run/current-system/sw/bin/tell-me" ];
    description = "Where notices go. A channel with a token or a password in it belongs into environmentFile, as DOGWATCH_NOTIFY=….";
  };

  environmentFile = secretFile;

  sandbox = mkOption {
    type = types.bool;
    default = true;
    description = "Without it, agents can get further rights, such as by sudo.";
  };

  linger = mkOption {
    type = types.bool;
    default = false;
    description = "Keeps the user's own service manager going without a login, for agents that start units there.";
  };

  docker.enable = mkOption {
    type = types.bool;
    default = false;
    description = "Puts the user into the group docker, so that images and build cache can be reclaimed. That group is as good as root. Without it no engine is asked, unless DOGWATCH_DOCKER_HOSTS names one.";
  };

  supervise = {
    enable = mkOption {
      type = types.bool;
      default = true;
      description = "The hourly gate: it starts a watchdog that has failed for good, and the recovery agent where one is set.";
    };
    schedule = mkOption {
      type = types.str;
      default = (import ./units.nix)."dogwatch-supervise.timer".Timer.OnCalendar;
      description = "When it looks, as systemd.time(7) has it.";
    };
  };

  runs = mkOption {
    type = types.attrsOf run;
    default = { };
    description = "Runs that are started by a timer, or by `systemctl start dogwatch-run-NAME`.";
  };
}
