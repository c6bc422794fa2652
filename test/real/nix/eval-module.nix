# What the module makes of a configuration (the text of a Nix file, a function of pkgs), as plain
# data.
{ configuration, dogwatch ? "/pkg/dogwatch" }:
let
  lib = import ./stub-lib.nix;
  pkgs = import ./stub-pkgs.nix { inherit lib dogwatch; };
  # As in nixos/lib/utils.nix, for words that are strings.
  utils.escapeSystemdExecArgs = words: lib.concatStringsSep " " (map (word: builtins.replaceStrings [ "%" "$" ] [ "%%" "$$" ] (builtins.toJSON word)) words);
  asked = import configuration { inherit pkgs; };
  module = import ../../../nix/module.nix { inherit lib pkgs utils; config.services.dogwatch = options; };
  options = lib.evalOptions "services.dogwatch" module.options.services.dogwatch asked.services.dogwatch;
in
lib.plain module.config
