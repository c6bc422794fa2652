# NixOS: dogwatch as a service. `services.dogwatch.enable = true;` gives the watchdog and the hourly
# gate; `services.dogwatch.runs` the jobs. The units come from ./units.nix, with the reason beside
# each key. All of it is a default: what you set in `systemd.services.dogwatch.serviceConfig` wins.
{ config, lib, pkgs, utils, ... }:
let
  inherit (lib) mkIf optional optionalAttrs;
  cfg = config.services.dogwatch;
  templates = import ./units.nix;
  kinds = import ./kinds.nix { inherit lib; };
  known = import ./settings.nix;

  stateDir = "/var/lib/dogwatch";
  home = "/var/lib/dogwatch-home";
  program = "${cfg.package}/bin/dogwatch";

  # systemd reads % in a variable's value as a specifier.
  literal = lib.replaceStrings [ "%" ] [ "%%" ];
  variables = settings: lib.mapAttrs (name: value: literal (kinds.${known.${name}.kind}.print value)) (lib.filterAttrs (_: value: value != null) settings);

  # Without the group the services cannot talk to this machine's engine.
  withoutDocker = optionalAttrs (!cfg.docker.enable && cfg.settings.DOGWATCH_DOCKER_HOSTS == null) { DOGWATCH_DOCKER_HOSTS = "none"; };
  channels = optionalAttrs (cfg.notify != [ ]) { DOGWATCH_NOTIFY = literal (lib.concatStringsSep " " cfg.notify); };
  fleet = optionalAttrs (cfg.fleet.urls != [ ]) { DOGWATCH_FLEET = literal (lib.concatStringsSep "," cfg.fleet.urls); }
    // optionalAttrs (cfg.fleet.labels != [ ]) { DOGWATCH_FLEET_LABELS = lib.concatStringsSep "," cfg.fleet.labels; };
  host = withoutDocker // variables cfg.settings // channels // fleet // optionalAttrs (cfg.settings.DOGWATCH_STATE_DIR == null) { DOGWATCH_STATE_DIR = stateDir; };

  # The service of a template, without the keys for which NixOS has an option.
  serviceOf =
    template:
    let
      unit = templates.${template};
      own = [ "Environment" "EnvironmentFile" "ExecStart" "User" ] ++ lib.optionals (!cfg.sandbox) unit.sandbox
        ++ optional (cfg.user == "root") "CapabilityBoundingSet";
      words = key: lib.filter (word: word != "") (lib.splitString " " (unit.Unit.${key} or ""));
    in
    {
      description = unit.Unit.Description;
      wants = words "Wants";
      after = words "After";
      onFailure = words "OnFailure";
      unitConfig = removeAttrs unit.Unit [ "Description" "Wants" "After" "OnFailure" ];
      environment = host;
      path =
        cfg.path
        ++ [ pkgs.bash pkgs.git pkgs.procps pkgs.openssh ]
        ++ optional (!cfg.sandbox) "/run/wrappers"
        ++ [ "/etc/profiles/per-user/${cfg.user}" "/run/current-system/sw" ];
      serviceConfig = lib.mapAttrs (_: lib.mkDefault) (
        removeAttrs unit.Service own
        // {
          ExecStart = lib.replaceStrings [ "/@dogwatch@" ] [ program ] unit.Service.ExecStart;
          User = cfg.user;
          Group = cfg.group;
        }
        // optionalAttrs (cfg.environmentFile != null) { EnvironmentFile = cfg.environmentFile; }
      );
    };

  # The watchdog alone is handed the keys of this host; %d is where systemd puts them.
  handed = optionalAttrs (cfg.fleet.credentialsFile != null);
  credentials = "fleet.json";
  watchdog =
    let
      service = serviceOf "dogwatch.service";
    in
    service
    // {
      environment = service.environment // handed { DOGWATCH_FLEET_CREDENTIALS = "%d/${credentials}"; };
      serviceConfig = service.serviceConfig // handed { LoadCredential = lib.mkDefault "${credentials}:${cfg.fleet.credentialsFile}"; };
    };

  # A full disk ends JetStream until the server is restarted, and the server itself does not see it.
  engine = {
    description = "NATS server of a dogwatch fleet";
    wantedBy = [ "multi-user.target" ];
    wants = [ "network-online.target" ];
    after = [ "network-online.target" ];
    serviceConfig = lib.mapAttrs (_: lib.mkDefault) {
      ExecStart = "${cfg.fleet.engine.package}/bin/nats-server -c ${cfg.fleet.engine.configFile}";
      ExecReload = "${pkgs.coreutils}/bin/kill -HUP $MAINPID";
      Restart = "always";
      RestartSec = "2s";
      DynamicUser = "yes";
      StateDirectory = "nats";
      LimitNOFILE = "65536";
      NoNewPrivileges = "yes";
      ProtectSystem = "strict";
      ProtectHome = "yes";
    };
  };

  # Asks it every two minutes, and restarts it if it has no JetStream for almost a minute.
  engineHealth = {
    description = "whether the NATS server of a dogwatch fleet has JetStream";
    unitConfig.OnFailure = "dogwatch-fleet-engine-restart.service";
    serviceConfig = {
      Type = "oneshot";
      DynamicUser = "yes";
      ExecStart = "${pkgs.curl}/bin/curl -fsS --max-time 5 --retry 5 --retry-delay 10 --retry-all-errors -o /dev/null ${cfg.fleet.engine.monitor}/healthz?js-enabled-only=true";
    };
  };
  engineRestart = {
    description = "restart of the NATS server of a dogwatch fleet";
    serviceConfig = {
      Type = "oneshot";
      ExecStart = "${pkgs.systemd}/bin/systemctl try-restart dogwatch-fleet-engine.service";
    };
  };

  optionOf = name: value: lib.optionals (value != null) [ name value ];

  # A run: like the template, but with its command in the unit instead of a file. Switching to
  # another configuration must never start one.
  runService =
    name: run:
    let
      base = serviceOf "dogwatch-run@.service";
      words =
        [ program "run" "--detach" "--name" name "--cwd" run.workingDirectory ]
        ++ optionOf "--agent" run.agent
        ++ optionOf "--prompt" run.prompt
        ++ optionOf "--done-file" run.doneFile
        ++ optionOf "--done-log" run.doneLog
        ++ optionOf "--check" run.check
        ++ optionOf "--progress" run.progress
        ++ run.options
        ++ [ "--" ]
        ++ run.command;
      files = optional (cfg.environmentFile != null) cfg.environmentFile ++ optional (run.environmentFile != null) run.environmentFile;
    in
    base
    // {
      description = "dogwatch: start the run ${name}";
      environment = host // variables run.settings // lib.mapAttrs (_: literal) run.environment;
      restartIfChanged = false;
      serviceConfig =
        base.serviceConfig
        // { ExecStart = lib.mkDefault (utils.escapeSystemdExecArgs words); }
        // optionalAttrs (files != [ ]) { EnvironmentFile = lib.mkDefault files; };
    };

  timerOf =
    template: schedule:
    let
      unit = templates.${template};
    in
    {
      description = unit.Unit.Description;
      wantedBy = [ unit.Install.WantedBy ];
      timerConfig = unit.Timer // { OnCalendar = schedule; };
    };

  # What the user gets, whether it is created here or not.
  also = optionalAttrs cfg.docker.enable { extraGroups = [ "docker" ]; } // optionalAttrs cfg.linger { linger = true; };

  unitName = name: "dogwatch-run-${name}";
  scheduled = lib.filterAttrs (_: run: run.schedule != null) cfg.runs;

  files = lib.filter (file: file != null) ([ cfg.environmentFile cfg.fleet.credentialsFile ] ++ lib.mapAttrsToList (_: run: run.environmentFile) cfg.runs);
  # A user with a password, or a webhook: anyone who has the URL can write there.
  isSecret = url: builtins.match "[^/]*://[^/]*@.*|(slack|discord)[+]https://.*|https?://.*/(services|webhooks)/.*" url != null;
  inStore = cfg.notify ++ (if cfg.settings.DOGWATCH_NOTIFY == null then [ ] else cfg.settings.DOGWATCH_NOTIFY);
in
{
  options.services.dogwatch = import ./options.nix { inherit lib pkgs; };

  config = mkIf cfg.enable {
    assertions = [
      {
        assertion = !(lib.any (lib.hasPrefix "${builtins.storeDir}/") files);
        message = "services.dogwatch: an environmentFile or the fleet.credentialsFile is in the store, which everyone can read. Give it as a string, not as a path.";
      }
      {
        assertion = lib.all (name: builtins.match "[A-Za-z0-9][A-Za-z0-9._-]*" name != null) (lib.attrNames cfg.runs);
        message = "services.dogwatch.runs: a name consists of letters, digits and, after the first character, . _ -";
      }
      {
        assertion = lib.all (run: run.command != [ ]) (lib.attrValues cfg.runs);
        message = "services.dogwatch.runs: a run needs a command.";
      }
      {
        assertion = cfg.notify == [ ] || cfg.settings.DOGWATCH_NOTIFY == null;
        message = "services.dogwatch: notify and settings.DOGWATCH_NOTIFY say the same thing. Set one of them.";
      }
      {
        assertion = cfg.fleet.urls == [ ] || cfg.settings.DOGWATCH_FLEET == null;
        message = "services.dogwatch: fleet.urls and settings.DOGWATCH_FLEET say the same thing. Set one of them.";
      }
      {
        assertion = cfg.fleet.credentialsFile == null || cfg.fleet.urls != [ ];
        message = "services.dogwatch: fleet.credentialsFile is of no use without fleet.urls.";
      }
    ];
    warnings = optional (lib.any isSecret inStore) "services.dogwatch.notify: a channel seems to contain a secret, and everyone can read the store. Put DOGWATCH_NOTIFY= into services.dogwatch.environmentFile.";

    environment.systemPackages = [ cfg.package ];

    users.users =
      optionalAttrs (cfg.user == "dogwatch") {
        dogwatch = {
          isSystemUser = true;
          inherit (cfg) group;
          inherit home;
          createHome = true;
          useDefaultShell = true;
        } // also;
      }
      // optionalAttrs (cfg.user != "dogwatch" && also != { }) { ${cfg.user} = also; };
    users.groups = optionalAttrs (cfg.group == "dogwatch") { dogwatch = { }; };

    systemd.services =
      {
        dogwatch = watchdog // {
          wantedBy = [ "multi-user.target" ];
          # One restart instead of a stop and a start: the watchdog is away only briefly, and the
          # agents live on (KillMode).
          stopIfChanged = false;
        };
        "dogwatch-alert@" = serviceOf "dogwatch-alert@.service" // { restartIfChanged = false; };
      }
      // optionalAttrs cfg.fleet.engine.enable {
        dogwatch-fleet-engine = engine;
        dogwatch-fleet-engine-health = engineHealth;
        dogwatch-fleet-engine-restart = engineRestart;
      }
      // optionalAttrs cfg.supervise.enable {
        # It may be waiting for a watchdog; the timer starts it again.
        dogwatch-supervise = serviceOf "dogwatch-supervise.service" // { restartIfChanged = false; };
      }
      // lib.mapAttrs' (name: run: lib.nameValuePair (unitName name) (runService name run)) cfg.runs;

    systemd.timers =
      optionalAttrs cfg.supervise.enable { dogwatch-supervise = timerOf "dogwatch-supervise.timer" cfg.supervise.schedule; }
      // optionalAttrs cfg.fleet.engine.enable {
        dogwatch-fleet-engine-health = {
          description = "dogwatch: when the engine of the fleet is looked at";
          wantedBy = [ "timers.target" ];
          timerConfig = {
            OnActiveSec = "2m";
            OnUnitInactiveSec = "2m";
          };
        };
      }
      // lib.mapAttrs' (
        name: run: lib.nameValuePair (unitName name) (timerOf "dogwatch-run@.timer" run.schedule // { description = "dogwatch: when the run ${name} starts"; })
      ) scheduled;
  };
}
