# The values of each kind of setting, and how they are written into an environment variable. An
# empty list is written "none", because an empty variable counts as not set.
{ lib }:
let
  inherit (lib) types;
  number = "[0-9]+([.][0-9]+)?";
  size = "(0|${number}([kKmMgGtTpP][iI]?)?[bB])";
  percent = "[0-9]{1,3}([.][0-9]{1,3})?%";
  text = type: example: {
    inherit type example;
    print = value: value;
  };
  list = entry: separator: {
    type = types.listOf (types.strMatching entry);
    print = value: if value == [ ] then "none" else lib.concatStringsSep separator value;
  };
in
{
  flag = {
    type = types.bool;
    example = false;
    print = value: if value then "1" else "0";
  };
  count = {
    type = types.ints.between 0 1000000;
    example = 5;
    print = toString;
  };
  duration = text (types.strMatching "[0-9]+(ms|s|m|h|d)") "15m";
  size = text (types.strMatching size) "500MB";
  percent = text (types.strMatching percent) "10%";
  mark = text (types.strMatching "(${percent}|${size})( *, *(${percent}|${size}))?") "15%,20GiB";
  # A string, because a path literal would be copied into the store.
  path = text (types.strMatching "/.*") "/srv/dogwatch";
  text = text types.str "…";
  words = list "[^[:space:]]+" " " // {
    example = [ "ghcr.io/acme/*" ];
  };
  commands = list "[^\n]+" " ;; " // {
    example = [ "@/nix nix-collect-garbage --delete-older-than 7d" ];
  };
}
