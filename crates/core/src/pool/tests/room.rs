//! Attempts that give their room back while they look a name up.

use super::*;

const GIVEN: fn(ConnectionId) -> Action = |connection| Action::GiveRoom { connection };

fn wait(id: u64) -> Action {
    Action::Wait {
        request: RequestId(id),
    }
}

#[test]
fn an_attempt_without_room_leaves_it_to_other_requests() {
    let mut driver = Driver::with_room_for(1);
    let hanging = driver.attempt(1, A);
    assert_eq!(driver.request(2, B), []);
    let other = opened(&driver.gives_room_back(hanging), 2);
    assert_eq!(driver.connected(other), [assign(2, other)]);
    assert_eq!(driver.attempt_of(1), Some(hanging));
    assert_eq!(driver.cancel(1), [close(hanging)]);
}

#[test]
fn an_attempt_that_wants_room_again_gets_it_at_once_if_there_is_some() {
    let mut driver = Driver::with_room_for(1);
    let attempt = driver.attempt(1, A);
    assert_eq!(driver.gives_room_back(attempt), []);
    assert_eq!(driver.wants_room(attempt), [GIVEN(attempt)]);
    assert_eq!(driver.connected(attempt), [assign(1, attempt)]);
    // an idle connection makes room
    assert_eq!(driver.released(attempt), []);
    let attempt = driver.attempt(2, B);
    assert_eq!(driver.gives_room_back(attempt), []);
    let idle = driver.active(3, A);
    assert_eq!(driver.released(idle), []);
    assert_eq!(driver.wants_room(attempt), [close(idle), GIVEN(attempt)]);
}

#[test]
fn whoever_gave_its_room_back_comes_before_all_that_wait() {
    let mut driver = Driver::with_room_for(1);
    let first = driver.attempt(1, A);
    driver.gives_room_back(first);
    let second = driver.attempt(2, B);
    driver.gives_room_back(second);
    let active = driver.active(3, "http://c.example:80");
    assert_eq!(driver.request(4, "http://d.example:80"), []);
    assert_eq!(driver.wants_room(second), [wait(2)]);
    assert_eq!(driver.wants_room(first), [wait(1)]);
    assert!(matches!(
        driver.pool.phase(RequestId(2)),
        Some(RequestPhase::WaitingToConnect { connection, .. }) if connection == second
    ));
    assert_eq!(driver.released(active), [close(active), GIVEN(second)]);
    assert_eq!(driver.connected(second), [assign(2, second)]);
    assert_eq!(driver.released(second), [close(second), GIVEN(first)]);
    assert_eq!(
        driver.step(Event::ConnectFailed { connection: first })[0],
        failed(1, first)
    );
    assert!(driver.attempt_of(4).is_some());
}

#[test]
fn an_attempt_without_room_ends_with_its_last_request_unless_another_needs_it() {
    let mut driver = Driver::with_room_for(1);
    let active = driver.active(1, A);
    assert_eq!(driver.released(active), []);
    let hanging = driver.attempt(2, B);
    driver.gives_room_back(hanging);
    let connection = driver.attempt(3, B);
    // the oldest request gets the connection, and the other one its attempt
    assert_eq!(driver.connected(connection), [assign(2, connection)]);
    assert_eq!(driver.attempt_of(3), Some(hanging));
    assert_eq!(driver.request(4, B), []);
    assert_eq!(driver.released(connection), [assign(3, connection)]);
    assert_eq!(driver.attempt_of(4), Some(hanging));
    let end = [assign(4, connection), close(hanging)];
    assert_eq!(driver.released(connection), end);
}

#[test]
fn an_attempt_is_not_closed_to_make_room_for_one_of_its_route_that_is_behind() {
    let mut driver = Driver::with_room_for(2);
    let active = driver.active(1, A);
    let ahead = driver.attempt(2, A);
    assert_eq!(driver.request(3, A), []);
    let behind = opened(&driver.gives_room_back(ahead), 3);
    assert_eq!(driver.wants_room(ahead), [wait(2)]);
    assert_eq!(driver.gives_room_back(behind), [GIVEN(ahead)]);
    assert_eq!(driver.wants_room(behind), [wait(3)]);
    // the oldest request gets the connection, and the other one its attempt
    assert_eq!(driver.released(active), [assign(2, active), close(behind)]);
    assert_eq!(driver.attempt_of(3), Some(ahead));
    assert_eq!(driver.connected(ahead), [assign(3, ahead)]);
}

#[test]
fn a_shared_attempt_may_be_without_room_too() {
    let mut driver = Driver::with_room_for(1);
    driver.multiplexing = Multiplexing::Unknown;
    let attempt = driver.attempt(1, A);
    assert_eq!(driver.request(2, A), []);
    driver.gives_room_back(attempt);
    assert_eq!(driver.request(3, A), []);
    let active = driver.active(4, B);
    assert_eq!(driver.wants_room(attempt), [wait(1), wait(2), wait(3)]);
    let counts = driver.pool.snapshot();
    assert_eq!((counts.connections.connecting, counts.requests.waiting), (0, 3));
    assert_eq!(driver.released(active), [close(active), GIVEN(attempt)]);
    assert_eq!(driver.pool.snapshot().requests.connecting, 3);
    assert_eq!(
        driver.connected_with(attempt, 9),
        [1, 2, 3].map(|id| assign(id, attempt))
    );
}

#[test]
fn a_request_that_exchanges_its_attempt_for_one_that_waits_for_room_begins_to_wait() {
    let mut driver = Driver::with_room_for(2);
    let without_room = driver.attempt(1, A);
    driver.gives_room_back(without_room);
    let attempt = driver.attempt(2, A);
    driver.active(3, B);
    assert_eq!(driver.wants_room(without_room), [wait(1)]);
    driver.now += std::time::Duration::from_secs(60);
    assert_eq!(driver.connected(attempt), [wait(2), assign(1, attempt)]);
    assert_eq!(
        driver.pool.phase(RequestId(2)),
        Some(RequestPhase::WaitingToConnect {
            connection: without_room,
            since: driver.now
        })
    );
}

#[test]
fn the_attempts_without_room_are_bounded() {
    let mut driver = Driver::with_room_for(1);
    for id in 0..MOST_WITHOUT_ROOM as u64 {
        let attempt = driver.attempt(id, &format!("http://{id}.example:80"));
        assert_eq!(driver.gives_room_back(attempt), []);
    }
    let last = driver.attempt(5000, A);
    assert_eq!(driver.gives_room_back(last), []);
    assert_eq!(driver.request(5001, B), [], "the room is not given back");
    assert_eq!(driver.wants_room(last), [GIVEN(last)]);
}

fn failed(id: u64, attempt: ConnectionId) -> Action {
    Fail {
        request: RequestId(id),
        cause: FailureCause::Attempt(attempt),
    }
}
