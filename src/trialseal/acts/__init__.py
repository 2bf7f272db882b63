"""Doing: an act is a value, and one function carries it out.

    act = trials.milestone(trial, party, Milestone.DATA_LOCK, "2021-03-01")    # a value: nothing is asked, nothing sent
    plan = look(desk, [act], folder)                                           # is it there? what do the rules say?
    cost(desk, plan)                                                           # gas, ether, money
    done = carry_out(desk, act, folder)                                        # looks, judges, asks, sends, keeps

`trials`, `parties`, `attesting` and `streams` make acts; a `Desk` says from where they are sent. Contract, function and
arguments are all that signing for later, relaying and batches need of an act.
"""
