# dogwatch from the program that `npm run build` has bundled into dist/. Nothing is fetched, so
# there is no hash to maintain.
{
  lib,
  stdenvNoCC,
  makeWrapper,
  nodejs_24,
  coreutils,
  procps,
  # The bundled program, by default this checkout's.
  dist ? ../dist,
}:
assert lib.assertMsg (builtins.pathExists (dist + "/main.js")) "dogwatch: ${toString dist} contains no program; run `npm run build` first";
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

  # dogwatch calls df and ps; those already on the PATH take precedence.
  installPhase = ''
    runHook preInstall
    mkdir -p $out/lib/dogwatch $out/bin
    cp -r . $out/lib/dogwatch/dist
    install -Dm444 -t $out/share/man/man1 dogwatch.1
    echo '{ "type": "module" }' > $out/lib/dogwatch/package.json
    makeWrapper ${nodejs_24}/bin/node $out/bin/dogwatch \
      --add-flags $out/lib/dogwatch/dist/main.js \
      --suffix PATH : ${lib.makeBinPath [ coreutils procps ]}
    runHook postInstall
  '';

  doInstallCheck = true;
  installCheckPhase = ''
    $out/bin/dogwatch --version
    $out/bin/dogwatch help runs >/dev/null
  '';

  meta = {
    description = "Keeps unattended coding-agent runs going";
    license = lib.licenses.mit;
    mainProgram = "dogwatch";
    platforms = [ "x86_64-linux" "aarch64-linux" ];
  };
}
