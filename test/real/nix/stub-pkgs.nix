# Packages that are only names, except the requested one.
{ lib, dogwatch ? "/pkg/dogwatch" }:
let
  package = name: { inherit name; outPath = "/pkg/${name}"; };
in
lib.genAttrs [ "bash" "git" "procps" "openssh" "opencode" "coreutils" "curl" "systemd" "nodejs_24" "nats-server" "makeWrapper" ] package
// { callPackage = _: _: { name = "dogwatch"; outPath = dogwatch; }; }
