//! Bugs that users of other pools have reported, by the number of the report.

use super::*;

#[test]
fn a_cancelled_request_frees_its_place_at_every_point_httpcore_1093() {
    let mut pool = Pool::with_room_for(1);
    let attempt = pool.attempt(1, A);
    assert_eq!(pool.request(2, A), []);
    assert_eq!(pool.request(3, A), []);
    assert_eq!(pool.cancel(2), [], "while it waits");
    assert_eq!(
        pool.cancel(1),
        [],
        "while it connects: the attempt goes to the next"
    );
    assert_eq!(pool.attempt_of(3), Some(attempt));
    assert_eq!(pool.connected(attempt), [assign(3, attempt)]);
    assert_eq!(pool.cancel(3), [], "once assigned: its owner releases it");
    assert_eq!(
        pool.step(Event::Released {
            connection: attempt,
            reusable: false
        }),
        [close(attempt)]
    );
    let attempt = pool.attempt(4, A);
    assert_eq!(
        pool.cancel(4),
        [close(attempt)],
        "while it connects and nobody else wants the attempt"
    );
    assert!(pool.state.is_empty());
    pool.active(5, B);
}

#[test]
fn a_connection_promised_to_a_request_is_not_closed_for_another_httpcore_1110() {
    let mut pool = Pool::with_room_for(1);
    let connection = pool.active(1, A);
    assert_eq!(pool.request(2, A), []);
    assert_eq!(pool.request(3, B), []);
    assert_eq!(pool.released(connection), [assign(2, connection)]);
    assert_eq!(pool.step(Event::Sweep), []);
    assert!(pool.waits(3));
    assert_eq!(
        pool.released(connection)[0],
        close(connection),
        "the oldest is served, whatever its origin"
    );
    assert!(pool.attempt_of(3).is_some());
}

#[test]
fn only_idle_connections_count_for_max_keepalive_httpcore_1000() {
    let mut pool = Pool::new(Limits {
        max_keepalive_connections: Some(2),
        ..UNLIMITED
    });
    let connections = [1, 2, 3, 4].map(|id| pool.active(id, A));
    assert_eq!(pool.released(connections[0]), []);
    assert_eq!(pool.released(connections[1]), []);
    assert_eq!(pool.released(connections[2]), []);
    pool.now += SURPLUS_GRACE;
    assert_eq!(
        pool.step(Event::Sweep),
        [close(connections[0])],
        "the least recently used goes"
    );
    assert_eq!(pool.request(5, A), [assign(5, connections[2])]);
}

#[test]
fn an_overloaded_pool_serves_everybody_afterwards_httpcore_550() {
    let mut pool = Pool::with_room_for(2);
    let [first, second] = [pool.active(0, A), pool.active(1, B)];
    for id in 2..1000 {
        assert_eq!(pool.request(id, A), []);
    }
    (2..1000)
        .filter(|id| id % 3 > 0)
        .for_each(|id| assert_eq!(pool.cancel(id), []));
    for id in (3..1000).step_by(3) {
        assert_eq!(pool.released(first), [assign(id, first)]);
    }
    pool.released(first);
    pool.released(second);
    assert_eq!(
        pool.state.snapshot().connections,
        ConnectionCounts {
            idle: 2,
            ..Default::default()
        }
    );
    assert_eq!(pool.state.snapshot().requests, RequestCounts::default());
}
