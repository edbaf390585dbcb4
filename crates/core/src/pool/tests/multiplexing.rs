//! Connections that carry many requests: attempts, capacities that change, and draining.

use std::time::Duration;

use super::*;

/// A driver whose requests do not know whether their connections carry many.
fn driver(limits: Limits) -> Driver {
    Driver {
        multiplexing: Multiplexing::Unknown,
        ..Driver::new(limits)
    }
}

/// A connection that takes `capacity` requests, the first `requests` of which are on it.
fn open(driver: &mut Driver, capacity: u32, requests: u64) -> ConnectionId {
    let attempt = driver.attempt(0, A);
    for id in 1..requests {
        assert_eq!(driver.request(id, A), []);
    }
    driver.connected_with(attempt, capacity);
    attempt
}

fn wait(id: u64) -> Action {
    Action::Wait {
        request: RequestId(id),
    }
}

#[test]
fn a_burst_to_a_cold_route_opens_one_connection_and_shares_it() {
    let mut driver = driver(UNLIMITED);
    let attempt = driver.attempt(1, A);
    for id in 2..=3 {
        assert_eq!(driver.request(id, A), []);
        assert_eq!(driver.attempt_of(id), Some(attempt), "its connect timeout runs");
    }
    let actions = driver.connected_with(attempt, 100);
    assert_eq!(actions, [1, 2, 3].map(|id| assign(id, attempt)));
    assert_eq!(driver.request(4, A), [assign(4, attempt)]);
}

#[test]
fn a_burst_whose_connections_take_one_request_each_fans_out_once_that_is_known() {
    let mut driver = driver(Limits {
        max_connections: Some(3),
        ..UNLIMITED
    });
    let attempt = driver.attempt(1, A);
    for id in 2..=4 {
        assert_eq!(driver.request(id, A), []);
    }
    let actions = driver.connected(attempt);
    assert_eq!(actions[..4], [wait(4), wait(3), wait(2), assign(1, attempt)]);
    assert!(
        matches!(actions[4..], [Action::Open { .. }, Action::Open { .. }]),
        "as many as there is room for: {actions:?}"
    );
    assert!(driver.attempt_of(2).is_some() && driver.attempt_of(3).is_some());
    assert!(driver.waits(4));
    let other = driver.attempt_of(3).unwrap();
    assert_eq!(
        driver.connected(other),
        [assign(2, other)],
        "the order of arrival stays"
    );
}

#[test]
fn all_requests_of_a_shared_attempt_fail_with_it() {
    let mut driver = driver(UNLIMITED);
    let attempt = driver.attempt(1, A);
    driver.request(2, A);
    let actions = driver.step(Event::ConnectFailed { connection: attempt });
    let cause = FailureCause::Attempt(attempt);
    assert_eq!(
        actions,
        [1, 2].map(|id| Fail {
            request: RequestId(id),
            cause
        })
    );
    assert!(driver.pool.is_empty());
}

#[test]
fn a_shared_attempt_continues_until_its_last_request_is_cancelled() {
    let mut driver = driver(UNLIMITED);
    let attempt = driver.attempt(1, A);
    driver.request(2, A);
    assert_eq!(driver.cancel(1), []);
    assert_eq!(driver.attempt_of(2), Some(attempt));
    assert_eq!(driver.cancel(2), [close(attempt)]);
}

#[test]
fn a_further_connection_is_opened_when_the_first_is_full_one_at_a_time() {
    let mut driver = driver(UNLIMITED);
    let first = open(&mut driver, 2, 2);
    let second = driver.attempt(2, A);
    assert_eq!(driver.request(3, A), []);
    assert!(driver.waits(3), "it waits for room, and not for the attempt");
    let actions = driver.step(Event::ConnectFailed { connection: second });
    let cause = FailureCause::Attempt(second);
    assert_eq!(
        actions[0],
        Fail {
            request: RequestId(2),
            cause
        }
    );
    let third = opened(&actions, 3);
    assert_eq!(driver.released(first), [assign(3, first)]);
    assert_eq!(driver.connected_with(third, 2), [], "nothing waits for it");
}

#[test]
fn a_lowered_capacity_holds_for_new_requests_and_a_raised_one_serves_those_that_wait() {
    let mut driver = driver(Limits {
        max_connections: Some(1),
        ..UNLIMITED
    });
    let connection = open(&mut driver, 3, 3);
    assert_eq!(driver.capacity_changed(connection, 2), []);
    assert_eq!(driver.request(3, A), []);
    assert_eq!(driver.released(connection), [], "as many as it takes are left");
    assert_eq!(driver.released(connection), [assign(3, connection)]);
    assert_eq!(driver.request(4, A), []);
    assert_eq!(driver.request(5, A), []);
    let actions = driver.capacity_changed(connection, 4);
    assert_eq!(actions, [4, 5].map(|id| assign(id, connection)));
}

#[test]
fn a_server_that_takes_no_requests_for_now_is_waited_for() {
    let mut driver = driver(UNLIMITED);
    let attempt = driver.attempt(1, A);
    assert_eq!(driver.request(2, A), []);
    assert_eq!(driver.connected_with(attempt, 0), [wait(2), wait(1)]);
    assert_eq!(
        driver.request(3, A),
        [],
        "another connection would evade the limit"
    );
    assert_eq!(
        driver.capacity_changed(attempt, 3),
        [1, 2, 3].map(|id| assign(id, attempt))
    );
    driver.capacity_changed(attempt, 0);
    assert_eq!(driver.request(4, A), []);
    for _ in 1..=3 {
        driver.released(attempt);
    }
    assert!(driver.waits(4), "nor is one opened when it is idle");
    assert_eq!(driver.capacity_changed(attempt, 2), [assign(4, attempt)]);
}

#[test]
fn a_connection_that_takes_no_requests_for_too_long_gives_way_to_another() {
    let mut driver = driver(Limits {
        keepalive_expiry: Some(Duration::from_secs(5)),
        ..UNLIMITED
    });
    let attempt = driver.attempt(1, A);
    assert_eq!(driver.connected_with(attempt, 0), [wait(1)]);
    driver.now += Duration::from_secs(5);
    let actions = driver.step(Event::Sweep);
    assert_eq!(actions[0], close(attempt));
    opened(&actions, 1);
}

#[test]
fn limits_that_keep_no_connection_do_not_connect_to_a_stalled_server_again_and_again() {
    for limits in [
        Limits {
            keepalive_expiry: Some(Duration::ZERO),
            ..UNLIMITED
        },
        Limits {
            max_keepalive_connections: Some(0),
            ..UNLIMITED
        },
    ] {
        let mut driver = driver(limits);
        let attempt = driver.attempt(1, A);
        assert_eq!(driver.connected_with(attempt, 0), [wait(1)]);
        let connected = driver.now;
        driver.now = connected + Duration::from_millis(999);
        assert_eq!(driver.step(Event::Sweep), []);
        driver.now = connected + STALLED_GRACE;
        let actions = driver.step(Event::Sweep);
        assert_eq!(actions[0], close(attempt));
        let next = opened(&actions, 1);
        // no request waits for it any more
        driver.step(Event::Cancel { id: RequestId(1) });
        assert_eq!(driver.connected_with(next, 0), []);
    }
}

#[test]
fn a_draining_connection_ends_with_its_last_request_and_takes_no_more() {
    let mut driver = driver(UNLIMITED);
    let first = open(&mut driver, 3, 2);
    assert_eq!(driver.step(Event::Draining { connection: first }), []);
    assert_eq!(
        driver.capacity_changed(first, 100),
        [],
        "no capacity changes that"
    );
    assert_eq!(driver.released(first), []);
    // the server gives the other request back, which arrives anew
    assert_eq!(driver.released(first), [close(first)]);
    let second = driver.attempt(1, A);
    assert_eq!(driver.connected_with(second, 3), [assign(1, second)]);
    driver.released(second);
    assert_eq!(
        driver.step(Event::Draining { connection: second }),
        [close(second)],
        "an idle connection that drains ends at once"
    );
}

#[test]
fn requests_of_a_burst_share_an_attempt_again_when_the_last_connection_drains() {
    let mut driver = driver(UNLIMITED);
    let first = open(&mut driver, 2, 2);
    driver.step(Event::Draining { connection: first });
    let attempt = driver.attempt(2, A);
    assert_eq!(driver.request(3, A), []);
    assert_eq!(driver.attempt_of(3), Some(attempt));
    let actions = driver.connected_with(attempt, 2);
    assert_eq!(actions, [2, 3].map(|id| assign(id, attempt)));
}
