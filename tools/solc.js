// The Solidity compiler of npm's package `solc` as the command that brownie calls:
//   solc --standard-json [--allow-paths …] <input.json >output.json
// Imports are read from the working folder. The pinned WebAssembly build needs no download from anywhere but npm.
"use strict";
const fs = require("fs");

// The build asks the table of functions anew at every call that may throw; remembering its answers saves a fifth.
const tableGet = WebAssembly.Table.prototype.get;
const functions = [];
WebAssembly.Table.prototype.get = function (index) {
  return (functions[index] ||= tableGet.call(this, index));
};
const solc = require("solc");

if (!process.argv.includes("--standard-json")) {
  console.error("This solc knows --version and --standard-json only.");
  process.exit(2);
}

function readImport(path) {
  try {
    return { contents: fs.readFileSync(path, "utf8") };
  } catch (error) {
    return { error: `${path}: ${error.message}` };
  }
}

const output = Buffer.from(solc.compile(fs.readFileSync(0, "utf8"), { import: readImport }));
// A pipe takes a part at a time, and process.stdout would lose the rest at exit on some platforms.
for (let done = 0; done < output.length; ) {
  try {
    done += fs.writeSync(1, output, done);
  } catch (error) {
    if (error.code !== "EAGAIN") throw error;
  }
}
