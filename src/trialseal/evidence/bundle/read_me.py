"""READ-ME-FIRST.txt: the same bytes in every bundle, and never a verdict."""

READ_ME_FIRST = "READ-ME-FIRST.txt"
READ_ME = b"""This is a trialseal bundle: documents of a clinical trial, and evidence of what a blockchain held about
them.

Nothing in here is to be believed unchecked, this text included: whoever made the bundle could write anything. It says
nothing of whether the trial is good, approved, or true. What was done after the block that it is of, it cannot show.

To check it, install trialseal from a source that you trust, and run

    trialseal verify FILE.trialseal

It needs no network. It names the block as of which all was proven, and says how you can find out whether that block is
the chain's: compare its hash with what a source shows that you trust. Without that, nothing is determined.

What is in it:
    manifest.json   the other files with their SHA-256
    evidence/       the header of the block, nodes of its state's trie, and the logs that they prove
    files/          documents, receipts, profiles and proofs, each as whoever made the bundle gave it

How each byte is to be read, and how to check it by hand, is in docs/bytes.md and docs/by-hand.md of trialseal.
"""
