# nixpkgs.overlays = [ (import ./nix/overlay.nix) ];  gives pkgs.dogwatch.
final: _prev: {
  dogwatch = final.callPackage ./package.nix { };
}
