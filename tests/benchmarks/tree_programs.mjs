// The same as tree_programs.py, by libraries for Node: node tree_programs.mjs LIBRARY ENTRIES
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";

const PROOFS = 1000;
const [library, count, packages] = process.argv.slice(2);
const require = createRequire(join(packages, "package.json"));
const sha256 = (data) => createHash("sha256").update(data).digest();

const entries = Array.from({ length: Number(count) }, (_, number) => sha256(String(number)));
const wanted = Array.from({ length: PROOFS }, (_, number) => Math.floor((number * entries.length) / PROOFS));

const libraries = {
  openzeppelin() {
    const { SimpleMerkleTree } = require("@openzeppelin/merkle-tree");
    const tree = SimpleMerkleTree.of(entries.map((entry) => "0x" + entry.toString("hex")));
    return wanted.map((index) => tree.getProof(index));
  },
  merkletreejs() {
    const { MerkleTree } = require("merkletreejs");
    const leaves = entries.map(sha256);
    const tree = new MerkleTree(leaves, sha256);
    return wanted.map((index) => tree.getProof(leaves[index], index)); // without the index each proof is a search
  },
};

const started = performance.now();
const proofs = libraries[library]();
const seconds = (performance.now() - started) / 1000;
if (proofs.length !== PROOFS) throw new Error("proofs are missing");
console.log(JSON.stringify({ seconds }));
