"""Rules about the consent of each subject: before enrolment, to the form in force at the site, asked again where an
amendment required it, and heeded when it was withdrawn.

A case is one subject, by pseudonym, with all of its entries from all streams. What cannot be told from dates as they
were written, from entries that were erased, or from streams that are not given, is undetermined.
"""
