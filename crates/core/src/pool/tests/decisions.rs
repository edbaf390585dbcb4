//! The pool's decisions, one by one.

use std::time::Duration;

use super::*;

#[test]
fn a_request_takes_the_connection_that_became_idle_last() {
    let mut driver = Driver::new(UNLIMITED);
    let [first, second, third] = [1, 2, 3].map(|id| driver.active(id, A));
    for connection in [second, third, first] {
        assert_eq!(driver.released(connection), []);
    }
    assert_eq!(driver.request(4, A), [assign(4, first)]);
    assert_eq!(driver.request(5, A), [assign(5, third)]);
}

#[test]
fn a_waiting_request_gets_a_connection_that_could_not_be_kept() {
    let strict = Limits {
        max_keepalive_connections: Some(0),
        keepalive_expiry: Some(Duration::ZERO),
        ..UNLIMITED
    };
    let mut driver = Driver::new(Limits {
        max_connections: Some(1),
        ..strict
    });
    let connection = driver.active(1, A);
    assert_eq!(driver.request(2, A), []);
    assert_eq!(driver.released(connection), [assign(2, connection)]);
    assert_eq!(driver.released(connection), [close(connection)]);
}

#[test]
fn a_request_that_connects_takes_a_connection_that_is_released_first() {
    let mut driver = Driver::new(UNLIMITED);
    let active = driver.active(1, A);
    let attempt = driver.attempt(2, A);
    assert_eq!(driver.released(active), [assign(2, active)]);
    assert_eq!(
        driver.request(3, A),
        [],
        "no second attempt while one has no request"
    );
    assert_eq!(driver.attempt_of(3), Some(attempt));
    assert_eq!(driver.released(active), [assign(3, active)]);
    assert_eq!(driver.connected(attempt), [], "the attempt becomes idle");
    assert_eq!(driver.request(4, A), [assign(4, attempt)]);
}

#[test]
fn the_oldest_request_takes_whichever_attempt_succeeds_first() {
    let mut driver = Driver::new(UNLIMITED);
    let [first, second, third] = [1, 2, 3].map(|id| driver.attempt(id, A));
    assert_eq!(driver.connected(second), [assign(1, second)]);
    assert_eq!(driver.attempt_of(2), Some(first));
    assert_eq!(driver.connected(third), [assign(2, third)]);
    assert_eq!(driver.connected(first), [assign(3, first)]);
}

#[test]
fn a_failed_attempt_fails_its_own_request_and_makes_room_for_the_next() {
    let mut driver = Driver::with_room_for(1);
    let attempt = driver.attempt(1, A);
    assert_eq!(driver.request(2, B), []);
    let actions = driver.step(Event::ConnectFailed { connection: attempt });
    assert_eq!(
        actions[0],
        Fail {
            request: RequestId(1),
            cause: FailureCause::Attempt(attempt)
        }
    );
    opened(&actions, 2);
    assert_eq!(
        driver.step(Event::Closed { connection: attempt }),
        [],
        "it has ended already"
    );
}

#[test]
fn an_orphaned_attempt_fails_silently_and_gives_way_to_another_route() {
    let mut driver = Driver::with_room_for(2);
    let active = driver.active(1, A);
    let attempt = driver.attempt(2, A);
    assert_eq!(driver.released(active), [assign(2, active)]);
    let actions = driver.request(3, B);
    assert_eq!(actions[0], close(attempt));
    assert_eq!(driver.connected(attempt), [], "it has ended already");
    let attempt = opened(&actions, 3);
    assert_eq!(driver.cancel(3), [close(attempt)]);
    driver.attempt(4, A);
    assert_eq!(driver.released(active), [assign(4, active)]);
    let orphan = driver.pool.snapshot();
    assert_eq!(
        orphan.connections,
        ConnectionCounts {
            active: 1,
            idle: 0,
            connecting: 1
        }
    );
    assert_eq!(
        orphan.requests,
        RequestCounts {
            waiting: 0,
            connecting: 0,
            active: 1
        }
    );
}

#[test]
fn a_request_held_back_by_its_host_does_not_hold_back_others() {
    let mut driver = Driver::new(Limits {
        max_connections_per_host: Some(1),
        max_connections: Some(2),
        ..UNLIMITED
    });
    let first = driver.active(1, A);
    assert_eq!(driver.request(2, A), []);
    let other = driver.active(3, B);
    assert_eq!(
        driver.step(Event::Released {
            connection: other,
            reusable: false,
            expires: None,
        }),
        [close(other)]
    );
    assert!(driver.waits(2));
    assert_eq!(driver.released(first), [assign(2, first)]);
}

#[test]
fn an_idle_connection_expires_and_is_not_assigned_even_without_a_sweep() {
    let mut driver = Driver::new(Limits {
        keepalive_expiry: Some(Duration::from_secs(5)),
        ..UNLIMITED
    });
    let connection = driver.active(1, A);
    assert_eq!(driver.pool.next_expiry(), None);
    driver.released(connection);
    assert_eq!(
        driver.pool.next_expiry(),
        Some(driver.now + Duration::from_secs(5))
    );
    driver.now += Duration::from_secs(5);
    let actions = driver.request(2, A);
    assert_eq!(actions[0], close(connection));
    opened(&actions, 2);
}

#[test]
fn a_shared_connection_takes_as_many_requests_as_it_can() {
    let mut driver = Driver::with_room_for(1);
    let attempt = driver.attempt(1, A);
    for id in 2..=4 {
        assert_eq!(driver.request(id, A), []);
    }
    let actions = driver.step(Event::Connected {
        connection: attempt,
        capacity: 3,
    });
    assert_eq!(actions, [1, 2, 3].map(|id| assign(id, attempt)));
    assert_eq!(
        driver.step(Event::Released {
            connection: attempt,
            reusable: false,
            expires: None,
        }),
        [],
        "two are still on it"
    );
    assert!(driver.waits(4));
    driver.released(attempt);
    let actions = driver.released(attempt);
    assert_eq!(actions[0], close(attempt));
    opened(&actions, 4);
}

#[test]
fn a_shutdown_leaves_active_connections_to_their_owners() {
    let mut driver = Driver::with_room_for(3);
    let [idle, active] = [1, 2].map(|id| driver.active(id, A));
    driver.released(idle);
    let attempt = driver.attempt(3, B);
    let second = opened(&driver.request(4, B), 4);
    assert_eq!(driver.request(5, A), []);
    let failed = [3, 4, 5].map(|id| Fail {
        request: RequestId(id),
        cause: FailureCause::Shutdown,
    });
    assert_eq!(
        driver.step(Event::Shutdown),
        [&failed[..], &[close(second), close(attempt)]].concat()
    );
    assert_eq!(
        driver.request(6, A),
        [Fail {
            request: RequestId(6),
            cause: FailureCause::Shutdown
        }]
    );
    assert_eq!(driver.released(active), [close(active)]);
    assert!(driver.pool.is_empty());
}

#[test]
fn a_route_is_forgotten_with_its_last_connection_and_request() {
    let mut driver = Driver::with_room_for(1);
    for id in 0..1000 {
        let connection = driver.active(id, &format!("https://host-{id}.example:443"));
        assert_eq!(driver.pool.snapshot().origins.len(), 1);
        driver.released(connection);
    }
}

#[test]
fn a_connection_takes_no_request_from_the_time_on_at_which_its_server_may_close_it() {
    let mut driver = Driver::new(UNLIMITED);
    let connections = [1, 2, 3].map(|id| driver.active(id, A));
    let start = driver.now;
    // the one that became idle first is kept for longest
    for (connection, seconds) in connections.into_iter().zip([9, 2, 4]) {
        driver.step(Event::Released {
            connection,
            reusable: true,
            expires: Some(start + Duration::from_secs(seconds)),
        });
    }
    assert_eq!(driver.pool.next_expiry(), Some(start + Duration::from_secs(2)));
    driver.now = start + Duration::from_secs(2);
    assert_eq!(driver.step(Event::Sweep), [close(connections[1])]);
    driver.now = start + Duration::from_secs(4);
    let taken = [close(connections[2]), assign(4, connections[0])];
    assert_eq!(driver.request(4, A), taken);
    driver.now = start + Duration::from_secs(20);
    assert_eq!(driver.released(connections[0]), []);
    assert_eq!(driver.pool.next_expiry(), None, "this response does not say");
}

#[test]
fn a_stale_connection_takes_the_idle_ones_of_its_route_with_it() {
    let mut driver = Driver::new(UNLIMITED);
    let [stale, older, elsewhere] = [(1, A), (2, A), (3, B)].map(|(id, origin)| driver.active(id, origin));
    for connection in [older, elsewhere, stale] {
        driver.released(connection);
    }
    assert_eq!(driver.request(4, A), [assign(4, stale)]);
    assert_eq!(driver.step(Event::Stale { connection: stale }), [close(older)]);
    assert_eq!(driver.pool.snapshot().connections.idle, 1);
    assert_eq!(driver.released(stale), []);
    assert_eq!(driver.request(5, A), [assign(5, stale)]);
}
