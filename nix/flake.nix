# A checkout as a flake: `path:/srv/dogwatch?dir=nix`, after `npm run build` there. `path:` is
# needed because git leaves out dist/, which is built.
{
  description = "dogwatch keeps unattended coding-agent runs going";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      forAll = nixpkgs.lib.genAttrs [ "x86_64-linux" "aarch64-linux" ];
      pkgsOf = system: nixpkgs.legacyPackages.${system};
    in
    {
      nixosModules.default.imports = [ ./module.nix ];
      overlays.default = import ./overlay.nix;
      packages = forAll (system: {
        default = (pkgsOf system).callPackage ./package.nix { };
      });
      checks = forAll (system: import ./checks.nix { pkgs = pkgsOf system; });
    };
}
