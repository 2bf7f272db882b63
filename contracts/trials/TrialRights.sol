// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ITrialRegistry} from "../interfaces/ITrialRegistry.sol";
import {Act, PartyId, Purpose} from "../interfaces/Types.sol";
import {TrialHeader} from "../libraries/TrialHeader.sol";
import {TrialRecords} from "./TrialRecords.sol";

/// @title TrialRights: who may act on a trial: appointments, the sponsorship, roles, and streams
abstract contract TrialRights is TrialRecords {
    /// @inheritdoc ITrialRegistry
    function appoint(Appointment calldata a) external {
        address key = _key();
        (TrialHeader header, ) = _enter(a.trial, a.actor, key, Act.APPOINT, 0);
        _requireOtherParty(a.actor, a.appointee);
        uint32 streamActs = uint32(1 << Act.OPEN_STREAM);
        uint32 allowed = a.stream == 0 ? Act.DELEGABLE & ~streamActs : streamActs;
        if (a.acts == 0 || a.acts & ~allowed != 0) revert ActsNotDelegable(a.acts);
        uint40 from = a.from == 0 ? uint40(block.timestamp) : a.from;
        AppointmentRecord[] storage records = _appointments[a.trial][a.appointee][a.stream];
        uint256 index = records.length;
        bool overlaps = index != 0 && records[index - 1].tenure == header.tenure() && from < records[index - 1].until;
        if (from < block.timestamp || a.until <= from || overlaps) revert AppointmentPeriod(from, a.until);
        records.push(AppointmentRecord(from, a.until, a.acts, header.tenure()));
        _record(
            a.trial,
            a.actor,
            header,
            abi.encode(
                Appointed.selector,
                a.trial,
                PartyId.unwrap(a.appointee),
                a.actor,
                _stamp(header, key),
                a.stream,
                a.acts,
                from,
                a.until,
                index
            )
        );
    }

    /// @inheritdoc ITrialRegistry
    function shortenAppointment(Shortening calldata s) external {
        address key = _key();
        (TrialHeader header, ) = _enter(s.trial, s.actor, key, Act.SHORTEN_APPOINTMENT, 0);
        AppointmentRecord[] storage records = _appointments[s.trial][s.appointee][s.stream];
        if (s.index >= records.length || records[s.index].tenure != header.tenure()) {
            revert AppointmentUnknown(s.appointee, s.stream, s.index);
        }
        uint40 until = s.until == 0 ? uint40(block.timestamp) : s.until;
        uint40 present = records[s.index].until;
        if (until >= present || until < block.timestamp) revert AppointmentOnlyShortens(until, present);
        records[s.index].until = until;
        _record(
            s.trial,
            s.actor,
            header,
            abi.encode(
                AppointmentShortened.selector,
                s.trial,
                PartyId.unwrap(s.appointee),
                s.actor,
                _stamp(header, key),
                s.stream,
                s.index,
                until
            )
        );
    }

    /// @inheritdoc ITrialRegistry
    function offerTransfer(TransferOffer calldata o) external {
        address key = _key();
        (TrialHeader header, ) = _enter(o.trial, o.actor, key, Act.OFFER_TRANSFER, 0);
        Offer memory offer;
        if (PartyId.unwrap(o.to) != 0) {
            offer.to = _requireOtherParty(o.actor, o.to);
            offer.time = uint40(block.timestamp);
            offer.effective = offer.time + PARTIES.changeDelay(o.actor);
        }
        _offers[o.trial] = offer;
        _record(
            o.trial,
            o.actor,
            header,
            abi.encode(
                TransferOffered.selector,
                o.trial,
                PartyId.unwrap(o.to),
                o.actor,
                _stamp(header, key),
                offer.effective
            )
        );
    }

    /// @inheritdoc ITrialRegistry
    function vetoOffer(OfferVeto calldata v) external {
        address key = _key();
        TrialHeader header = _headerOf(v.trial);
        uint32 number = PARTIES.requireKey(v.actor, key, Purpose.MANAGE);
        if (number != header.sponsor()) revert NotPermitted(v.trial, v.actor, Act.VETO_OFFER);
        Offer memory offer = _offers[v.trial];
        if (offer.effective <= block.timestamp) revert NoOfferToVeto(v.trial);
        PARTIES.requireManagerBefore(v.actor, key, offer.time);
        delete _offers[v.trial];
        header = header.withAct();
        _record(
            v.trial,
            v.actor,
            header,
            abi.encode(TransferVetoed.selector, v.trial, PARTIES.partyNumbered(offer.to), v.actor, _stamp(header, key))
        );
    }

    /// @inheritdoc ITrialRegistry
    function acceptTransfer(TransferAcceptance calldata a) external {
        address key = _key();
        TrialHeader header = _headerOf(a.trial);
        uint32 predecessor = header.sponsor();
        uint32 successor = PARTIES.requireManager(a.actor, key);
        Offer memory offer = _offers[a.trial];
        if (offer.to != successor || PARTIES.partyNumbered(predecessor) != a.from) revert NotOffered(a.trial, a.actor);
        if (offer.effective > block.timestamp) revert OfferNotYetEffective(a.trial, offer.effective);
        delete _offers[a.trial];
        _tenures[a.trial].push(Tenure(predecessor, uint40(block.timestamp)));
        header = header.withSponsor(successor).withAct(); // the new tenure ends every appointment made before
        _record(
            a.trial,
            a.actor,
            header,
            abi.encode(TransferAccepted.selector, a.trial, PartyId.unwrap(a.from), a.actor, _stamp(header, key))
        );
    }

    /// @inheritdoc ITrialRegistry
    function nameRole(RoleNaming calldata n) external {
        address key = _key();
        (TrialHeader header, ) = _enter(n.trial, n.actor, key, Act.NAME_ROLE, 0);
        _requireParty(n.party);
        _record(
            n.trial,
            n.actor,
            header,
            abi.encode(
                RoleNamed.selector,
                n.trial,
                PartyId.unwrap(n.party),
                n.actor,
                _stamp(header, key),
                n.role,
                n.held
            )
        );
    }

    /// @inheritdoc ITrialRegistry
    function openStream(StreamOpening calldata o) external {
        address key = _key();
        (TrialHeader header, ) = _enter(o.trial, o.actor, key, Act.OPEN_STREAM, o.stream);
        if (o.stream == 0) revert DigestMissing();
        if (_streams[o.trial][o.actor][o.stream] != 0) revert StreamOpenedBefore(o.trial, o.actor, o.stream);
        _streams[o.trial][o.actor][o.stream] = uint40(block.timestamp);
        _record(
            o.trial,
            o.actor,
            header,
            abi.encode(StreamOpened.selector, o.trial, o.stream, o.actor, _stamp(header, key))
        );
    }
}
