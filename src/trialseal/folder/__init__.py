"""What lies on disk about a trial: one layout, one reader, one writer, and one rule for what a trial's folder is.

    folder = TrialFolder.open(Path("my-trial"))       # a folder that a user named; UsageError if it is no trial's
    folder = folder_of(Path("my-trial/data/x.csv"))   # the folder in which a file lies, or None
    folder.protocol()                                 # FileReading of protocol.json, with its bytes
    folder.readings.kept(path)                        # FileReading of any other file, with its bytes, once
    folder.files, folder.documents                    # FileReadings of what is at hand
    folder.with_digest(digest)                        # the file with a digest, whatever it is called
    folder.claims.receipts, folder.claims.faults      # receipts, and one sentence for each file that is none
    folder.keep_receipt(chain_name, receipt)          # the receipt's path
    folder.keep_copy(act.number, kind, version, reading)   # the sealed copy's path; None for what is no document

A `FileReading` is one reading of a file. What it holds is what is hashed, sent, kept and shown, so that a file that is
saved meanwhile changes nothing of it. Receipts are claims: nothing in them counts until the chain has said the same.
Configuration, and whom to trust, are never read from here.
"""
