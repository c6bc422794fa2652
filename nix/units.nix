# The units of dogwatch, as in src/units. Made by `npm test -- test/nix -u`: don't edit, override in
# your configuration.
{
  "dogwatch.service" = {
    Unit = {
      Description = "dogwatch: keeps unattended coding-agent runs going";
      Wants = "network-online.target";
      After = "network-online.target docker.service";
      # Notifies a person if restarts do not help.
      OnFailure = "dogwatch-alert@%n.service";
      StartLimitIntervalSec = "10min";
      StartLimitBurst = "10";
    };
    Service = {
      Type = "notify";
      # systemd-notify sends the messages: Node cannot open this socket itself.
      NotifyAccess = "all";
      ExecStart = "/@dogwatch@ watch --replace";
      User = "dogwatch";
      StateDirectory = "dogwatch";
      StateDirectoryMode = "0700";
      Environment = "DOGWATCH_STATE_DIR=%S/dogwatch";
      EnvironmentFile = "-%E/dogwatch/dogwatch.env";
      # Fed from the end of the pipeline: anything stuck before it ends this process.
      WatchdogSec = "60s";
      # It may have to replace a watchdog that is stopping.
      TimeoutStartSec = "3min";
      TimeoutStopSec = "30s";
      # Only failures count towards StartLimitBurst=: manual restarts never end in `failed`.
      ExecStopPost = "-+/bin/sh -c '[ \"$$SERVICE_RESULT\" != success ] || exec systemctl reset-failed %n'";
      Restart = "on-failure";
      RestartSec = "1s";
      RestartSteps = "5";
      RestartMaxDelaySec = "1min";
      # A wrong setting does not fix itself.
      RestartPreventExitStatus = "78";
      # Agents survive a restart of the watchdog: the next one finds them by their marks and takes
      # over.
      KillMode = "process";
      # An agent killed for lack of memory must not take the watchdog down with it.
      OOMPolicy = "continue";
      # The agents' processes count as well.
      TasksMax = "infinity";
      # Each run keeps the umask it was requested with.
      UMask = "0077";
      # A core dump would contain keys.
      LimitCORE = "0";
      # An unattended agent gets no more rights than its user: no sudo. If it needs that: install
      # --no-sandbox.
      NoNewPrivileges = "yes";
      RestrictRealtime = "yes";
      LockPersonality = "yes";
      SystemCallArchitectures = "native";
      RestrictAddressFamilies = "AF_UNIX AF_INET AF_INET6 AF_NETLINK";
      # Allowed: @debug (strace, gdb), @mount and @privileged (an agent's own sandbox, in a user
      # namespace), @resources (nice, ulimit).
      SystemCallFilter = "~@clock @cpu-emulation @module @obsolete @raw-io @reboot @swap";
      SystemCallErrorNumber = "EPERM";
      # Not strict: runs work in directories that are not listed here.
      ProtectSystem = "full";
      # Agents work in home directories, and keep their credentials there.
      ProtectHome = "no";
      # A private /tmp is removed when the watchdog restarts; the agents survive, and would lose
      # their files.
      PrivateTmp = "no";
      # Agents may need /dev/kvm, /dev/fuse or /dev/dri. ProtectClock= would deny them as well; see
      # SystemCallFilter=.
      PrivateDevices = "no";
      PrivateMounts = "yes";
      # Agents reach their models over the network.
      PrivateNetwork = "no";
      # The group docker is needed.
      PrivateUsers = "no";
      # Agents and browsers build sandboxes of their own.
      RestrictNamespaces = "no";
      # git sets the group bit of directories in shared repositories.
      RestrictSUIDSGID = "no";
      # JavaScript is compiled at run time.
      MemoryDenyWriteExecute = "no";
      # Attempts, and processes to `adopt`, are found through /proc.
      ProtectProc = "default";
      # In a container these two show the host's boot id, and every process would seem to predate a
      # reboot.
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
      Description = "dogwatch: the hourly check of all runs";
      # If the watchdog has failed for good, this gives it another chance.
      Wants = "dogwatch.service";
      After = "dogwatch.service";
      # Notifies a person if restarts do not help.
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
      # What it started stays alive.
      KillMode = "process";
      # An unattended agent gets no more rights than its user: no sudo. If it needs that: install
      # --no-sandbox.
      NoNewPrivileges = "yes";
      RestrictRealtime = "yes";
      LockPersonality = "yes";
      SystemCallArchitectures = "native";
      RestrictAddressFamilies = "AF_UNIX AF_INET AF_INET6 AF_NETLINK";
      # Allowed: @debug (strace, gdb), @mount and @privileged (an agent's own sandbox, in a user
      # namespace), @resources (nice, ulimit).
      SystemCallFilter = "~@clock @cpu-emulation @module @obsolete @raw-io @reboot @swap";
      SystemCallErrorNumber = "EPERM";
      # Not strict: runs work in directories that are not listed here.
      ProtectSystem = "full";
      # Agents work in home directories, and keep their credentials there.
      ProtectHome = "no";
      # A private /tmp is removed when the watchdog restarts; the agents survive, and would lose
      # their files.
      PrivateTmp = "no";
      # Agents may need /dev/kvm, /dev/fuse or /dev/dri. ProtectClock= would deny them as well; see
      # SystemCallFilter=.
      PrivateDevices = "no";
      PrivateMounts = "yes";
      # Agents reach their models over the network.
      PrivateNetwork = "no";
      # The group docker is needed.
      PrivateUsers = "no";
      # Agents and browsers build sandboxes of their own.
      RestrictNamespaces = "no";
      # git sets the group bit of directories in shared repositories.
      RestrictSUIDSGID = "no";
      # JavaScript is compiled at run time.
      MemoryDenyWriteExecute = "no";
      # Attempts, and processes to `adopt`, are found through /proc.
      ProtectProc = "default";
      # In a container these two show the host's boot id, and every process would seem to predate a
      # reboot.
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
      Description = "dogwatch: the hourly check of all runs";
    };
    Timer = {
      OnCalendar = "*:07";
      # A check missed while the machine was off is made up for at boot.
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
      # Notifies a person if restarts do not help.
      OnFailure = "dogwatch-alert@%n.service";
    };
    Service = {
      Type = "oneshot";
      User = "dogwatch";
      StateDirectory = "dogwatch";
      StateDirectoryMode = "0700";
      Environment = "DOGWATCH_STATE_DIR=%S/dogwatch";
      # RUN_DIRECTORY, RUN_COMMAND, optionally RUN_OPTIONS, and any variables for the agent's
      # environment.
      EnvironmentFile = [ "-%E/dogwatch/dogwatch.env" "%E/dogwatch/runs/%i.env" ];
      ExecStart = "/@dogwatch@ run --detach --name %i --cwd \${RUN_DIRECTORY} $RUN_OPTIONS -- $RUN_COMMAND";
      # What it started stays alive.
      KillMode = "process";
      # An unattended agent gets no more rights than its user: no sudo. If it needs that: install
      # --no-sandbox.
      NoNewPrivileges = "yes";
      RestrictRealtime = "yes";
      LockPersonality = "yes";
      SystemCallArchitectures = "native";
      RestrictAddressFamilies = "AF_UNIX AF_INET AF_INET6 AF_NETLINK";
      # Allowed: @debug (strace, gdb), @mount and @privileged (an agent's own sandbox, in a user
      # namespace), @resources (nice, ulimit).
      SystemCallFilter = "~@clock @cpu-emulation @module @obsolete @raw-io @reboot @swap";
      SystemCallErrorNumber = "EPERM";
      # Not strict: runs work in directories that are not listed here.
      ProtectSystem = "full";
      # Agents work in home directories, and keep their credentials there.
      ProtectHome = "no";
      # A private /tmp is removed when the watchdog restarts; the agents survive, and would lose
      # their files.
      PrivateTmp = "no";
      # Agents may need /dev/kvm, /dev/fuse or /dev/dri. ProtectClock= would deny them as well; see
      # SystemCallFilter=.
      PrivateDevices = "no";
      PrivateMounts = "yes";
      # Agents reach their models over the network.
      PrivateNetwork = "no";
      # The group docker is needed.
      PrivateUsers = "no";
      # Agents and browsers build sandboxes of their own.
      RestrictNamespaces = "no";
      # git sets the group bit of directories in shared repositories.
      RestrictSUIDSGID = "no";
      # JavaScript is compiled at run time.
      MemoryDenyWriteExecute = "no";
      # Attempts, and processes to `adopt`, are found through /proc.
      ProtectProc = "default";
      # In a container these two show the host's boot id, and every process would seem to predate a
      # reboot.
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
      # To change it: `systemctl edit dogwatch-run@NAME.timer`, with an empty OnCalendar= before
      # yours.
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
      Description = "dogwatch: report that %i has failed";
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
      # An unattended agent gets no more rights than its user: no sudo. If it needs that: install
      # --no-sandbox.
      NoNewPrivileges = "yes";
      RestrictRealtime = "yes";
      LockPersonality = "yes";
      SystemCallArchitectures = "native";
      RestrictAddressFamilies = "AF_UNIX AF_INET AF_INET6 AF_NETLINK";
      # Allowed: @debug (strace, gdb), @mount and @privileged (an agent's own sandbox, in a user
      # namespace), @resources (nice, ulimit).
      SystemCallFilter = "~@clock @cpu-emulation @module @obsolete @raw-io @reboot @swap";
      SystemCallErrorNumber = "EPERM";
      # Not strict: runs work in directories that are not listed here.
      ProtectSystem = "full";
      # Agents work in home directories, and keep their credentials there.
      ProtectHome = "no";
      # A private /tmp is removed when the watchdog restarts; the agents survive, and would lose
      # their files.
      PrivateTmp = "no";
      # Agents may need /dev/kvm, /dev/fuse or /dev/dri. ProtectClock= would deny them as well; see
      # SystemCallFilter=.
      PrivateDevices = "no";
      PrivateMounts = "yes";
      # Agents reach their models over the network.
      PrivateNetwork = "no";
      # The group docker is needed.
      PrivateUsers = "no";
      # Agents and browsers build sandboxes of their own.
      RestrictNamespaces = "no";
      # git sets the group bit of directories in shared repositories.
      RestrictSUIDSGID = "no";
      # JavaScript is compiled at run time.
      MemoryDenyWriteExecute = "no";
      # Attempts, and processes to `adopt`, are found through /proc.
      ProtectProc = "default";
      # In a container these two show the host's boot id, and every process would seem to predate a
      # reboot.
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
