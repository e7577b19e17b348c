#!/bin/sh
# package_test.sh CMAKE BUILD CC GENERATOR SANITIZE: installs BUILD elsewhere and uses what lies there.
set -eu
cmake=$1 build=$2 cc=$3 generator=$4 sanitize=$5
if [ -n "$sanitize" ]; then
  echo "skipped: a program from outside is not built with -fsanitize=$sanitize"
  exit 77
fi
app=$(cd "$(dirname "$0")" && pwd)/app
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
"$cmake" --install "$build" --prefix "$place/in stalled" >/dev/null

# Moved after the installation: nothing in the package may name its old place.
prefix=$place/moved
mv "$place/in stalled" "$prefix"
"$cmake" -S "$app" -B "$place/build" -G "$generator" "-DCMAKE_PREFIX_PATH=$prefix" >"$place/log" 2>&1 || {
  cat "$place/log"
  exit 1
}
"$cmake" --build "$place/build"
for app_program in app_c_static app_c_shared app_cc_static app_cc_shared; do
  "$place/build/$app_program"
done

libdir=$(dirname "$(find "$prefix" -name libinlay.a)")
"$cc" -std=c99 -I "$prefix/include" "$app/main.c" -L "$libdir" -linlay -o "$place/plain"
LD_LIBRARY_PATH=$libdir "$place/plain"
"$cc" -std=c99 -I "$prefix/include" "$app/main.c" "$libdir/libinlay.a" -lstdc++ -lm -lpthread -o "$place/linked"
"$place/linked"

if grep -rqF "$place" "$libdir/pkgconfig" "$libdir/cmake"; then
  echo "the package names the folder that it was installed to"
  exit 1
fi
if command -v pkg-config >/dev/null; then
  export PKG_CONFIG_PATH="$libdir/pkgconfig"
  # shellcheck disable=SC2046
  "$cc" -std=c99 "$app/main.c" $(pkg-config --cflags inlay) -Wl,-Bstatic -linlay -L "$libdir" -Wl,-Bdynamic \
    $(pkg-config --static --libs inlay) -o "$place/with_pkg_config"
  LD_LIBRARY_PATH=$libdir "$place/with_pkg_config"
fi
