// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title CivilDate: declared dates as yyyymmdd, 00 for a month or day that is not stated
/// @notice A declared date may lie in any time zone: the latest one on Earth is 14 hours ahead of UTC.
library CivilDate {
    /// @notice Furthest that local time runs ahead of UTC (Line Islands, UTC+14).
    uint256 internal constant MOST_AHEAD = 14 hours;

    /// @notice Thrown when a date is not one of the Gregorian calendar from 1900 on.
    error DateDoesNotExist(uint32 date);
    /// @notice Thrown when a date has not begun anywhere on Earth; `latest` is the last that has.
    error DateInFuture(uint32 date, uint32 latest);

    /// @notice Reverts unless `date` exists and has begun somewhere at `time` (Unix seconds).
    /// @dev Every number here is below 2^32, or a time, so that nothing can overflow.
    function requirePast(uint32 date, uint256 time) internal pure {
        unchecked {
            uint256 year = date / 10_000;
            uint256 month = (date / 100) % 100;
            uint256 day = date % 100;
            if (year < 1900 || month > 12 || day > daysIn(year, month)) revert DateDoesNotExist(date);
            uint32 latest = fromTime(time + MOST_AHEAD);
            if (date > latest) revert DateInFuture(date, latest);
        }
    }

    /// @notice Days of a month (1 to 12); 0 for month 0.
    function daysIn(uint256 year, uint256 month) internal pure returns (uint256) {
        unchecked {
            if (month == 0) return 0;
            if (month == 2) return (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) ? 29 : 28;
            // April, June, September and November have 30 days: even before August, odd after July.
            return 30 + ((month + month / 8) & 1);
        }
    }

    /// @notice The UTC date of a time (Unix seconds) as yyyymmdd.
    /// @dev Counts from 1 March of the year 0, so that the leap day is the last of its year; a cycle of the
    /// Gregorian calendar has 400 years of 146,097 days.
    function fromTime(uint256 time) internal pure returns (uint32) {
        unchecked {
            uint256 dayNumber = time / 1 days + 719_468; // 1 January 1970 is day 719,468
            uint256 cycle = dayNumber / 146_097;
            uint256 dayOfCycle = dayNumber % 146_097;
            // Take away the leap days so that the division by 365 gives the year of the cycle.
            uint256 yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365;
            uint256 dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100);
            uint256 marchMonth = (5 * dayOfYear + 2) / 153; // 0 is March; five months have 153 days
            uint256 day = dayOfYear - (153 * marchMonth + 2) / 5 + 1;
            uint256 month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
            uint256 year = cycle * 400 + yearOfCycle + (month < 3 ? 1 : 0);
            return uint32(year * 10_000 + month * 100 + day);
        }
    }
}
