# What `nix flake check` builds: the package (which starts the program once), and the service in a
# virtual machine.
{ pkgs }:
{
  package = pkgs.callPackage ./package.nix { };
  service = pkgs.testers.runNixOSTest ./tests/dogwatch.nix;
}
