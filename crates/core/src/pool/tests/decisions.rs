//! The pool's decisions, one by one.

use std::time::Duration;

use super::*;

#[test]
fn a_request_takes_the_connection_that_became_idle_last() {
    let mut pool = Pool::new(UNLIMITED);
    let [first, second, third] = [1, 2, 3].map(|id| pool.active(id, A));
    for connection in [second, third, first] {
        assert_eq!(pool.released(connection), []);
    }
    assert_eq!(pool.request(4, A), [assign(4, first)]);
    assert_eq!(pool.request(5, A), [assign(5, third)]);
}

#[test]
fn a_waiting_request_gets_a_connection_that_could_not_be_kept() {
    let strict = Limits {
        max_keepalive_connections: Some(0),
        keepalive_expiry: Some(Duration::ZERO),
        ..UNLIMITED
    };
    let mut pool = Pool::new(Limits {
        max_connections: Some(1),
        ..strict
    });
    let connection = pool.active(1, A);
    assert_eq!(pool.request(2, A), []);
    assert_eq!(pool.released(connection), [assign(2, connection)]);
    assert_eq!(pool.released(connection), [close(connection)]);
}

#[test]
fn a_request_that_connects_takes_a_connection_that_is_released_first() {
    let mut pool = Pool::new(UNLIMITED);
    let active = pool.active(1, A);
    let attempt = pool.attempt(2, A);
    assert_eq!(pool.released(active), [assign(2, active)]);
    assert_eq!(
        pool.request(3, A),
        [],
        "no second attempt while one serves nobody"
    );
    assert_eq!(pool.attempt_of(3), Some(attempt));
    assert_eq!(pool.released(active), [assign(3, active)]);
    assert_eq!(pool.connected(attempt), [], "the attempt becomes idle");
    assert_eq!(pool.request(4, A), [assign(4, attempt)]);
}

#[test]
fn the_oldest_request_takes_whichever_attempt_succeeds_first() {
    let mut pool = Pool::new(UNLIMITED);
    let [first, second, third] = [1, 2, 3].map(|id| pool.attempt(id, A));
    assert_eq!(pool.connected(second), [assign(1, second)]);
    assert_eq!(pool.attempt_of(2), Some(first));
    assert_eq!(pool.connected(third), [assign(2, third)]);
    assert_eq!(pool.connected(first), [assign(3, first)]);
}

#[test]
fn a_failed_attempt_fails_its_own_request_and_makes_room_for_the_next() {
    let mut pool = Pool::with_room_for(1);
    let attempt = pool.attempt(1, A);
    assert_eq!(pool.request(2, B), []);
    let actions = pool.step(Event::ConnectFailed { connection: attempt });
    assert_eq!(
        actions[0],
        Fail {
            request: RequestId(1),
            cause: FailureCause::Attempt(attempt)
        }
    );
    opened(&actions, 2);
    assert_eq!(
        pool.step(Event::Closed { connection: attempt }),
        [],
        "it has ended already"
    );
}

#[test]
fn an_orphaned_attempt_fails_silently_and_gives_way_to_another_origin() {
    let mut pool = Pool::with_room_for(2);
    let active = pool.active(1, A);
    let attempt = pool.attempt(2, A);
    assert_eq!(pool.released(active), [assign(2, active)]);
    let actions = pool.request(3, B);
    assert_eq!(actions[0], close(attempt));
    assert_eq!(pool.connected(attempt), [], "it has ended already");
    let attempt = opened(&actions, 3);
    assert_eq!(pool.cancel(3), [close(attempt)]);
    pool.attempt(4, A);
    assert_eq!(pool.released(active), [assign(4, active)]);
    let orphan = pool.state.snapshot();
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
    let mut pool = Pool::new(Limits {
        max_connections_per_host: Some(1),
        max_connections: Some(2),
        ..UNLIMITED
    });
    let first = pool.active(1, A);
    assert_eq!(pool.request(2, A), []);
    let other = pool.active(3, B);
    assert_eq!(
        pool.step(Event::Released {
            connection: other,
            reusable: false
        }),
        [close(other)]
    );
    assert!(pool.waits(2));
    assert_eq!(pool.released(first), [assign(2, first)]);
}

#[test]
fn an_idle_connection_expires_and_is_not_assigned_even_if_nobody_swept() {
    let mut pool = Pool::new(Limits {
        keepalive_expiry: Some(Duration::from_secs(5)),
        ..UNLIMITED
    });
    let connection = pool.active(1, A);
    assert_eq!(pool.state.next_expiry(), None);
    pool.released(connection);
    assert_eq!(pool.state.next_expiry(), Some(pool.now + Duration::from_secs(5)));
    pool.now += Duration::from_secs(5);
    let actions = pool.request(2, A);
    assert_eq!(actions[0], close(connection));
    opened(&actions, 2);
}

#[test]
fn a_shared_connection_takes_as_many_requests_as_it_can() {
    let mut pool = Pool::with_room_for(1);
    let attempt = pool.attempt(1, A);
    for id in 2..=4 {
        assert_eq!(pool.request(id, A), []);
    }
    let actions = pool.step(Event::Connected {
        connection: attempt,
        capacity: 3,
    });
    assert_eq!(actions, [1, 2, 3].map(|id| assign(id, attempt)));
    assert_eq!(
        pool.step(Event::Released {
            connection: attempt,
            reusable: false
        }),
        [],
        "two are still on it"
    );
    assert!(pool.waits(4));
    pool.released(attempt);
    let actions = pool.released(attempt);
    assert_eq!(actions[0], close(attempt));
    opened(&actions, 4);
}

#[test]
fn a_shutdown_leaves_active_connections_to_their_owners() {
    let mut pool = Pool::with_room_for(3);
    let [idle, active] = [1, 2].map(|id| pool.active(id, A));
    pool.released(idle);
    let attempt = pool.attempt(3, B);
    let second = opened(&pool.request(4, B), 4);
    assert_eq!(pool.request(5, A), []);
    let failed = [3, 4, 5].map(|id| Fail {
        request: RequestId(id),
        cause: FailureCause::Shutdown,
    });
    assert_eq!(
        pool.step(Event::Shutdown),
        [&failed[..], &[close(second), close(attempt)]].concat()
    );
    assert_eq!(
        pool.request(6, A),
        [Fail {
            request: RequestId(6),
            cause: FailureCause::Shutdown
        }]
    );
    assert_eq!(pool.released(active), [close(active)]);
    assert!(pool.state.is_empty());
}

#[test]
fn an_origin_is_forgotten_with_its_last_connection_and_request() {
    let mut pool = Pool::with_room_for(1);
    for id in 0..1000 {
        let connection = pool.active(id, &format!("https://host-{id}.example:443"));
        assert_eq!(pool.state.snapshot().origins.len(), 1);
        pool.released(connection);
    }
}
