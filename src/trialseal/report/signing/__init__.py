"""What somebody is asked to sign, on a page of this computer."""
