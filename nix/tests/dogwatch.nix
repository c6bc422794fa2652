# A machine with the service: an agent is killed and resumed, the watchdog is killed and the agent
# lives on, and the gate runs.
{
  name = "dogwatch";

  nodes.machine =
    { pkgs, ... }:
    {
      imports = [ ../module.nix ];
      services.dogwatch = {
        enable = true;
        path = [ pkgs.coreutils ];
        # The machine's disk is small, which does not matter here.
        settings = {
          DOGWATCH_BACKOFF_MIN = "20ms";
          DOGWATCH_DISK_SOFT = "0%";
          DOGWATCH_DISK_CRITICAL = "0%";
          DOGWATCH_BALLAST = "0";
        };
        runs.forever = {
          command = [ "sleep" "1000000" ];
          workingDirectory = "/tmp";
        };
      };
    };

  testScript = ''
    import json

    dogwatch = "sudo -u dogwatch DOGWATCH_STATE_DIR=/var/lib/dogwatch dogwatch "

    def run():
        return json.loads(machine.succeed(dogwatch + "status --json"))["runs"][0]

    machine.wait_for_unit("dogwatch.service")
    machine.succeed("systemctl start dogwatch-run-forever.service")
    machine.wait_until_succeeds("pgrep -u dogwatch -x sleep")
    first = run()["pid"]

    with subtest("a killed agent is resumed"):
        machine.succeed(f"kill -9 {first}")
        machine.wait_until_succeeds(f"pgrep -u dogwatch -x sleep | grep -vx {first}")

    with subtest("an agent outlives the watchdog"):
        second = machine.succeed("pgrep -u dogwatch -x sleep").strip()
        machine.succeed("systemctl restart dogwatch.service")
        assert machine.succeed("pgrep -u dogwatch -x sleep").strip() == second

    with subtest("the gate runs"):
        machine.succeed("systemctl start dogwatch-supervise.service")
        machine.succeed("systemctl list-timers --all | grep dogwatch-supervise")
  '';
}
