# dogwatch from the program that `npm run build` has bundled into dist/: nothing is fetched, so that no hash has to be kept.
{
  lib,
  stdenvNoCC,
  makeWrapper,
  nodejs_24,
  coreutils,
  procps,
  # The bundled program: by default that of this checkout.
  dist ? ../dist,
}:
assert lib.assertMsg (builtins.pathExists (dist + "/main.js")) "dogwatch: ${toString dist} has no program in it; run `npm run build` first";
stdenvNoCC.mkDerivation {
  pname = "dogwatch";
  version = (lib.importJSON ../package.json).version;
  src = builtins.path {
    path = dist;
    name = "dogwatch-dist";
  };
  nativeBuildInputs = [ makeWrapper ];
  dontConfigure = true;
  dontBuild = true;

  # df and ps are what it calls; those that are on the PATH already come first.
  installPhase = ''
    runHook preInstall
    mkdir -p $out/lib/dogwatch $out/bin
    cp -r . $out/lib/dogwatch/dist
    echo '{ "type": "module" }' > $out/lib/dogwatch/package.json
    makeWrapper ${nodejs_24}/bin/node $out/bin/dogwatch \
      --add-flags $out/lib/dogwatch/dist/main.js \
      --suffix PATH : ${lib.makeBinPath [ coreutils procps ]}
    runHook postInstall
  '';

  doInstallCheck = true;
  installCheckPhase = ''
    $out/bin/dogwatch --version
  '';

  meta = {
    description = "Keeps unattended coding-agent runs going";
    license = lib.licenses.mit;
    mainProgram = "dogwatch";
    platforms = [ "x86_64-linux" "aarch64-linux" ];
  };
}
