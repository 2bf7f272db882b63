"""What is shared and on which terms: what a purpose may ask for, who is left out, and the audit of permits.

Pure: what streams, chain and documents say comes as plain data; packing and opening lie in files of their own.
"""
