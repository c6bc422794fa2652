# The part of nixpkgs' lib that the module uses. As there, types check their values: a wrong one
# ends the evaluation.
let
  inherit (builtins) all attrNames concatLists concatMap elem filter getAttr hasAttr isAttrs isBool isInt isList isString listToAttrs map mapAttrs match toJSON;
  fail = at: expected: value: throw "${at}: expected ${expected}, came ${toJSON value}";
  simple = name: test: { inherit name; check = at: value: if test value then value else fail at name value; };
  nameValuePair = name: value: { inherit name value; };
  wrong = value: set: filter (name: !(hasAttr name set)) (attrNames value);
in
rec {
  inherit nameValuePair;
  inherit (builtins) all any attrNames attrValues concatStringsSep elem filter mapAttrs replaceStrings;
  mapAttrs' = f: set: listToAttrs (map (name: f name (getAttr name set)) (attrNames set));
  mapAttrsToList = f: set: map (name: f name (getAttr name set)) (attrNames set);
  filterAttrs = keep: set: listToAttrs (concatMap (name: optional (keep name (getAttr name set)) (nameValuePair name (getAttr name set))) (attrNames set));
  genAttrs = names: f: listToAttrs (map (name: nameValuePair name (f name)) names);
  optional = wanted: value: if wanted then [ value ] else [ ];
  optionals = wanted: values: if wanted then values else [ ];
  optionalAttrs = wanted: set: if wanted then set else { };
  hasPrefix = prefix: text: builtins.substring 0 (builtins.stringLength prefix) text == prefix;
  splitString = separator: text: filter isString (builtins.split separator text);
  assertMsg = good: message: good || throw message;
  importJSON = path: builtins.fromJSON (builtins.readFile path);
  makeBinPath = packages: concatStringsSep ":" (map (one: "${one}/bin") packages);
  licenses.mit = "MIT";

  mkIf = wanted: value: if wanted then value else { };
  mkDefault = content: { _type = "override"; priority = 1000; inherit content; };
  mkOption = option: { _type = "option"; } // option;
  mkEnableOption = what: mkOption { type = types.bool; default = false; description = "Whether to enable ${what}."; };

  types = {
    bool = simple "true or false" isBool;
    str = simple "a string" isString;
    package = simple "a package" (value: isAttrs value && value ? outPath);
    strMatching = pattern: simple "a string like ${pattern}" (value: isString value && match pattern value != null);
    enum = values: simple "one of ${toJSON values}" (value: elem value values);
    ints.between = least: most: simple "${toString least} to ${toString most}" (value: isInt value && value >= least && value <= most);
    nullOr = type: { name = "null or ${type.name}"; check = at: value: if value == null then null else type.check at value; };
    either = one: other: simple "${one.name} or ${other.name}" (value: (builtins.tryEval (one.check "" value)).success || (builtins.tryEval (other.check "" value)).success);
    listOf = type: { name = "a list of ${type.name}"; check = at: value: if isList value then map (type.check at) value else fail at "a list" value; };
    attrsOf = type: { name = "a set of ${type.name}"; check = at: value: if isAttrs value then mapAttrs (name: type.check "${at}.${name}") value else fail at "a set" value; };
    submodule = { options }: { name = "a set"; check = at: value: evalOptions at options value; };
  };

  # The values of options: defaults if nothing is set, and an error for an unknown option or a wrong
  # type.
  evalOptions = at: options: value:
    if !isAttrs value then fail at "a set" value
    else if wrong value options != [ ] then throw "${at}.${builtins.head (wrong value options)}: there is no such option"
    else mapAttrs (name: option:
      let path = "${at}.${name}"; in
      if (option._type or "") != "option" then evalOptions path option (value.${name} or { })
      else if hasAttr name value then option.type.check path value.${name}
      else if option ? default then option.type.check path option.default
      else throw "${path}: is not set, and has no default") options;

  # Removes what mkDefault has added.
  plain = value:
    if isList value then map plain value
    else if isAttrs value then (if (value._type or "") == "override" then plain value.content else if value ? outPath then toString value else mapAttrs (_: plain) value)
    else value;
}
