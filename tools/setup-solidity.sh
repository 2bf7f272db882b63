#!/bin/sh
# Puts the compiler and the local chain that npm installed where brownie and trialseal look for them.
set -eu
root=$(pwd)
rm -rf .toolchain/solc
mkdir -p .toolchain/bin .toolchain/home .toolchain/solc

# brownie asks for the version some twenty times a compilation, which a script answers much faster than Node starts.
version=$(.toolchain/bin/node -p 'require("solc/soljson.js").cwrap("solidity_version", "string", [])()')
solc=".toolchain/solc/solc-v${version%%+*}"
cat >"$solc" <<EOF
#!/bin/sh
case "\$1" in
--version) echo "solc, the solidity compiler commandline interface"; echo "Version: $version" ;;
*) exec "$root/.toolchain/bin/node" "$root/tools/solc.js" "\$@" ;;
esac
EOF
chmod +x "$solc"

# The native program, not npm's launcher in Node: it starts faster and dies when it is told to.
anvil=
for file in node_modules/@foundry-rs/anvil-*/bin/anvil; do
    test ! -x "$file" || anvil=$root/$file
done
test -n "$anvil" || anvil=$(PATH=$(echo "$PATH" | sed "s|$root/[^:]*:||g") command -v anvil) || {
    echo "npm carries no anvil for this platform: install Foundry's anvil 1.7, then run make setup again" >&2
    exit 1
}
ln -sf "$anvil" .toolchain/bin/anvil

# brownie keeps its list of networks in its home: there, the devnet of `trialseal devnet up` has the name it has here.
networks=.toolchain/home/.brownie/network-config.yaml
if ! grep -qs 'id: devnet' "$networks"; then
    tools/run brownie networks add trialseal devnet host=http://127.0.0.1:8545 chainid=31337 >/dev/null
fi
