# The units of dogwatch, as in src/units. Made by `npm test -- test/nix -u`: don't edit, override in your configuration.
{
  "dogwatch.service" = {
    Unit = {
      Description = "dogwatch: keeps unattended coding-agent runs going";
      Wants = "network-online.target";
      After = "network-online.target docker.service";
      # A person hears of it when restarts did not help.
      OnFailure = "dogwatch-alert@%n.service";
      StartLimitIntervalSec = "10min";
      StartLimitBurst = "10";
    };
    Service = {
      Type = "notify";
      # Messages are sent by systemd-notify: Node cannot open such a socket itself.
      NotifyAccess = "all";
      ExecStart = "/@dogwatch@ watch --replace";
      User = "dogwatch";
      StateDirectory = "dogwatch";
      StateDirectoryMode = "0700";
      Environment = "DOGWATCH_STATE_DIR=%S/dogwatch";
      EnvironmentFile = "-%E/dogwatch/dogwatch.env";
      # Fed from the end of the pipeline: whatever is stuck before it ends this process.
      WatchdogSec = "60s";
      # It may have to replace a watchdog that is stopped.
      TimeoutStartSec = "3min";
      TimeoutStopSec = "30s";
      # Only failures count towards StartLimitBurst=: restarts by hand never end in `failed`.
      ExecStopPost = "-+/bin/sh -c '[ \"$$SERVICE_RESULT\" != success ] || exec systemctl reset-failed %n'";
      Restart = "on-failure";
      RestartSec = "1s";
      RestartSteps = "5";
      RestartMaxDelaySec = "1min";
      # A wrong setting does not become right by itself.
      RestartPreventExitStatus = "78";
      # Agents live on when the watchdog restarts: the next one finds them by their marks, and takes them over.
      KillMode = "process";
      # An agent that was killed for its memory must not take the watchdog along.
      OOMPolicy = "continue";
      # The agents' processes count here.
      TasksMax = "infinity";
      # Runs have the umask with which they were asked for.
      UMask = "0077";
      # A core file would hold keys.
      LimitCORE = "0";
      # An unattended agent gets no further than its user: no sudo. What needs it: install --no-sandbox.
      NoNewPrivileges = "yes";
      RestrictRealtime = "yes";
      LockPersonality = "yes";
      SystemCallArchitectures = "native";
      RestrictAddressFamilies = "AF_UNIX AF_INET AF_INET6 AF_NETLINK";
      # Left: @debug (strace, gdb), @mount and @privileged (an agent's own sandbox, in a user namespace), @resources (nice, ulimit).
      SystemCallFilter = "~@clock @cpu-emulation @module @obsolete @raw-io @reboot @swap";
      SystemCallErrorNumber = "EPERM";
      # Not strict: runs work in directories that nobody has named here.
      ProtectSystem = "full";
      # Agents work in home directories, and have their credentials there.
      ProtectHome = "no";
      # A private /tmp goes when the watchdog restarts; the agents live on, and would lose their files.
      PrivateTmp = "no";
      # Agents may need /dev/kvm, /dev/fuse or /dev/dri. ProtectClock= would take them, too; see SystemCallFilter=.
      PrivateDevices = "no";
      PrivateMounts = "yes";
      # Models are on the network.
      PrivateNetwork = "no";
      # The group docker is needed.
      PrivateUsers = "no";
      # Agents and browsers build sandboxes of their own.
      RestrictNamespaces = "no";
      # git sets the group bit of directories in shared repositories.
      RestrictSUIDSGID = "no";
      # JavaScript is compiled at run time.
      MemoryDenyWriteExecute = "no";
      # Attempts are known by /proc, as is what `adopt` takes over.
      ProtectProc = "default";
      # In a container these two show the boot id of its host, and every process would seem to be from before a reboot.
      ProtectControlGroups = "no";
      ProtectKernelTunables = "no";
      ProtectHostname = "yes";
      ProtectKernelLogs = "yes";
      ProtectKernelModules = "yes";
      CapabilityBoundingSet = "";
    };
    Install = {
      WantedBy = "multi-user.target";
    };
    # What `sandbox = false` leaves out.
    sandbox = [
      "NoNewPrivileges"
      "RestrictRealtime"
      "LockPersonality"
      "SystemCallArchitectures"
      "RestrictAddressFamilies"
      "SystemCallFilter"
      "SystemCallErrorNumber"
      "ProtectSystem"
      "ProtectHome"
      "PrivateTmp"
      "PrivateDevices"
      "PrivateMounts"
      "PrivateNetwork"
      "PrivateUsers"
      "RestrictNamespaces"
      "RestrictSUIDSGID"
      "MemoryDenyWriteExecute"
      "ProtectProc"
      "ProtectControlGroups"
      "ProtectKernelTunables"
      "ProtectHostname"
      "ProtectKernelLogs"
      "ProtectKernelModules"
      "CapabilityBoundingSet"
    ];
  };
  "dogwatch-supervise.service" = {
    Unit = {
      Description = "dogwatch: the hourly look at all runs";
      # Where the watchdog has failed for good, this is its next chance.
      Wants = "dogwatch.service";
      After = "dogwatch.service";
      # A person hears of it when restarts did not help.
      OnFailure = "dogwatch-alert@%n.service";
    };
    Service = {
      Type = "oneshot";
      ExecStart = "/@dogwatch@ supervise";
      User = "dogwatch";
      StateDirectory = "dogwatch";
      StateDirectoryMode = "0700";
      Environment = "DOGWATCH_STATE_DIR=%S/dogwatch";
      EnvironmentFile = "-%E/dogwatch/dogwatch.env";
      # What it has started lives on.
      KillMode = "process";
      # An unattended agent gets no further than its user: no sudo. What needs it: install --no-sandbox.
      NoNewPrivileges = "yes";
      RestrictRealtime = "yes";
      LockPersonality = "yes";
      SystemCallArchitectures = "native";
      RestrictAddressFamilies = "AF_UNIX AF_INET AF_INET6 AF_NETLINK";
      # Left: @debug (strace, gdb), @mount and @privileged (an agent's own sandbox, in a user namespace), @resources (nice, ulimit).
      SystemCallFilter = "~@clock @cpu-emulation @module @obsolete @raw-io @reboot @swap";
      SystemCallErrorNumber = "EPERM";
      # Not strict: runs work in directories that nobody has named here.
      ProtectSystem = "full";
      # Agents work in home directories, and have their credentials there.
      ProtectHome = "no";
      # A private /tmp goes when the watchdog restarts; the agents live on, and would lose their files.
      PrivateTmp = "no";
      # Agents may need /dev/kvm, /dev/fuse or /dev/dri. ProtectClock= would take them, too; see SystemCallFilter=.
      PrivateDevices = "no";
      PrivateMounts = "yes";
      # Models are on the network.
      PrivateNetwork = "no";
      # The group docker is needed.
      PrivateUsers = "no";
      # Agents and browsers build sandboxes of their own.
      RestrictNamespaces = "no";
      # git sets the group bit of directories in shared repositories.
      RestrictSUIDSGID = "no";
      # JavaScript is compiled at run time.
      MemoryDenyWriteExecute = "no";
      # Attempts are known by /proc, as is what `adopt` takes over.
      ProtectProc = "default";
      # In a container these two show the boot id of its host, and every process would seem to be from before a reboot.
      ProtectControlGroups = "no";
      ProtectKernelTunables = "no";
      ProtectHostname = "yes";
      ProtectKernelLogs = "yes";
      ProtectKernelModules = "yes";
      CapabilityBoundingSet = "";
    };
    # What `sandbox = false` leaves out.
    sandbox = [
      "NoNewPrivileges"
      "RestrictRealtime"
      "LockPersonality"
      "SystemCallArchitectures"
      "RestrictAddressFamilies"
      "SystemCallFilter"
      "SystemCallErrorNumber"
      "ProtectSystem"
      "ProtectHome"
      "PrivateTmp"
      "PrivateDevices"
      "PrivateMounts"
      "PrivateNetwork"
      "PrivateUsers"
      "RestrictNamespaces"
      "RestrictSUIDSGID"
      "MemoryDenyWriteExecute"
      "ProtectProc"
      "ProtectControlGroups"
      "ProtectKernelTunables"
      "ProtectHostname"
      "ProtectKernelLogs"
      "ProtectKernelModules"
      "CapabilityBoundingSet"
    ];
  };
  "dogwatch-supervise.timer" = {
    Unit = {
      Description = "dogwatch: the hourly look at all runs";
    };
    Timer = {
      OnCalendar = "*:07";
      # What was missed while the machine was off is made up for at its start.
      Persistent = "yes";
    };
    Install = {
      WantedBy = "timers.target";
    };
    # What `sandbox = false` leaves out.
    sandbox = [ ];
  };
  "dogwatch-run@.service" = {
    Unit = {
      Description = "dogwatch: start the run %i";
      Wants = "dogwatch.service";
      After = "dogwatch.service";
      # A person hears of it when restarts did not help.
      OnFailure = "dogwatch-alert@%n.service";
    };
    Service = {
      Type = "oneshot";
      User = "dogwatch";
      StateDirectory = "dogwatch";
      StateDirectoryMode = "0700";
      Environment = "DOGWATCH_STATE_DIR=%S/dogwatch";
      # RUN_DIRECTORY, RUN_COMMAND and, where wanted, RUN_OPTIONS; and whatever the agent shall find in its environment.
      EnvironmentFile = [ "-%E/dogwatch/dogwatch.env" "%E/dogwatch/runs/%i.env" ];
      ExecStart = "/@dogwatch@ run --detach --name %i --cwd \${RUN_DIRECTORY} $RUN_OPTIONS -- $RUN_COMMAND";
      # What it has started lives on.
      KillMode = "process";
      # An unattended agent gets no further than its user: no sudo. What needs it: install --no-sandbox.
      NoNewPrivileges = "yes";
      RestrictRealtime = "yes";
      LockPersonality = "yes";
      SystemCallArchitectures = "native";
      RestrictAddressFamilies = "AF_UNIX AF_INET AF_INET6 AF_NETLINK";
      # Left: @debug (strace, gdb), @mount and @privileged (an agent's own sandbox, in a user namespace), @resources (nice, ulimit).
      SystemCallFilter = "~@clock @cpu-emulation @module @obsolete @raw-io @reboot @swap";
      SystemCallErrorNumber = "EPERM";
      # Not strict: runs work in directories that nobody has named here.
      ProtectSystem = "full";
      # Agents work in home directories, and have their credentials there.
      ProtectHome = "no";
      # A private /tmp goes when the watchdog restarts; the agents live on, and would lose their files.
      PrivateTmp = "no";
      # Agents may need /dev/kvm, /dev/fuse or /dev/dri. ProtectClock= would take them, too; see SystemCallFilter=.
      PrivateDevices = "no";
      PrivateMounts = "yes";
      # Models are on the network.
      PrivateNetwork = "no";
      # The group docker is needed.
      PrivateUsers = "no";
      # Agents and browsers build sandboxes of their own.
      RestrictNamespaces = "no";
      # git sets the group bit of directories in shared repositories.
      RestrictSUIDSGID = "no";
      # JavaScript is compiled at run time.
      MemoryDenyWriteExecute = "no";
      # Attempts are known by /proc, as is what `adopt` takes over.
      ProtectProc = "default";
      # In a container these two show the boot id of its host, and every process would seem to be from before a reboot.
      ProtectControlGroups = "no";
      ProtectKernelTunables = "no";
      ProtectHostname = "yes";
      ProtectKernelLogs = "yes";
      ProtectKernelModules = "yes";
      CapabilityBoundingSet = "";
    };
    # What `sandbox = false` leaves out.
    sandbox = [
      "NoNewPrivileges"
      "RestrictRealtime"
      "LockPersonality"
      "SystemCallArchitectures"
      "RestrictAddressFamilies"
      "SystemCallFilter"
      "SystemCallErrorNumber"
      "ProtectSystem"
      "ProtectHome"
      "PrivateTmp"
      "PrivateDevices"
      "PrivateMounts"
      "PrivateNetwork"
      "PrivateUsers"
      "RestrictNamespaces"
      "RestrictSUIDSGID"
      "MemoryDenyWriteExecute"
      "ProtectProc"
      "ProtectControlGroups"
      "ProtectKernelTunables"
      "ProtectHostname"
      "ProtectKernelLogs"
      "ProtectKernelModules"
      "CapabilityBoundingSet"
    ];
  };
  "dogwatch-run@.timer" = {
    Unit = {
      Description = "dogwatch: when the run %i starts";
    };
    Timer = {
      # Another time: `systemctl edit dogwatch-run@NAME.timer`, with an empty OnCalendar= before yours.
      OnCalendar = "Sat 02:00";
      Persistent = "yes";
    };
    Install = {
      WantedBy = "timers.target";
    };
    # What `sandbox = false` leaves out.
    sandbox = [ ];
  };
  "dogwatch-alert@.service" = {
    Unit = {
      Description = "dogwatch: say that %i has failed";
    };
    Service = {
      Type = "oneshot";
      ExecStart = "/@dogwatch@ notify --failed-unit %i";
      User = "dogwatch";
      StateDirectory = "dogwatch";
      StateDirectoryMode = "0700";
      Environment = "DOGWATCH_STATE_DIR=%S/dogwatch";
      EnvironmentFile = "-%E/dogwatch/dogwatch.env";
      TimeoutStartSec = "2min";
      # An unattended agent gets no further than its user: no sudo. What needs it: install --no-sandbox.
      NoNewPrivileges = "yes";
      RestrictRealtime = "yes";
      LockPersonality = "yes";
      SystemCallArchitectures = "native";
      RestrictAddressFamilies = "AF_UNIX AF_INET AF_INET6 AF_NETLINK";
      # Left: @debug (strace, gdb), @mount and @privileged (an agent's own sandbox, in a user namespace), @resources (nice, ulimit).
      SystemCallFilter = "~@clock @cpu-emulation @module @obsolete @raw-io @reboot @swap";
      SystemCallErrorNumber = "EPERM";
      # Not strict: runs work in directories that nobody has named here.
      ProtectSystem = "full";
      # Agents work in home directories, and have their credentials there.
      ProtectHome = "no";
      # A private /tmp goes when the watchdog restarts; the agents live on, and would lose their files.
      PrivateTmp = "no";
      # Agents may need /dev/kvm, /dev/fuse or /dev/dri. ProtectClock= would take them, too; see SystemCallFilter=.
      PrivateDevices = "no";
      PrivateMounts = "yes";
      # Models are on the network.
      PrivateNetwork = "no";
      # The group docker is needed.
      PrivateUsers = "no";
      # Agents and browsers build sandboxes of their own.
      RestrictNamespaces = "no";
      # git sets the group bit of directories in shared repositories.
      RestrictSUIDSGID = "no";
      # JavaScript is compiled at run time.
      MemoryDenyWriteExecute = "no";
      # Attempts are known by /proc, as is what `adopt` takes over.
      ProtectProc = "default";
      # In a container these two show the boot id of its host, and every process would seem to be from before a reboot.
      ProtectControlGroups = "no";
      ProtectKernelTunables = "no";
      ProtectHostname = "yes";
      ProtectKernelLogs = "yes";
      ProtectKernelModules = "yes";
      CapabilityBoundingSet = "";
    };
    # What `sandbox = false` leaves out.
    sandbox = [
      "NoNewPrivileges"
      "RestrictRealtime"
      "LockPersonality"
      "SystemCallArchitectures"
      "RestrictAddressFamilies"
      "SystemCallFilter"
      "SystemCallErrorNumber"
      "ProtectSystem"
      "ProtectHome"
      "PrivateTmp"
      "PrivateDevices"
      "PrivateMounts"
      "PrivateNetwork"
      "PrivateUsers"
      "RestrictNamespaces"
      "RestrictSUIDSGID"
      "MemoryDenyWriteExecute"
      "ProtectProc"
      "ProtectControlGroups"
      "ProtectKernelTunables"
      "ProtectHostname"
      "ProtectKernelLogs"
      "ProtectKernelModules"
      "CapabilityBoundingSet"
    ];
  };
}
