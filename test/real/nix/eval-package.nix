# What package.nix passes to its builder, as plain data. Directories stand in for the packages it
# needs.
{ node, dist }:
let
  lib = import ./stub-lib.nix;
  derivation = (import ../../../nix/overlay.nix final { }).dogwatch;
  final = {
    callPackage = path: given: import path ({
      inherit lib;
      stdenvNoCC.mkDerivation = made: made;
      makeWrapper = "/pkg/makeWrapper";
      nodejs_24 = node;
      coreutils = "/usr";
      procps = "/usr";
      inherit dist;
    } // given);
  };
in
{ inherit (derivation) pname version installPhase installCheckPhase meta; }
