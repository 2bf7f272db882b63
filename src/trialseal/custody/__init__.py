"""Products: where every kit and every quantity of a lot is, whether that adds up, and what is to be asked.

A case is one kit with all its entries from all streams; stock without numbers is counted by place, lot and unit. What
cannot be told from dates as they were written, or from streams that are not given, is undetermined.
"""
