//! Bugs that users of other pools have reported, by the number of the report.

use super::*;

#[test]
fn a_cancelled_request_frees_its_place_at_every_point_httpcore_1093() {
    let mut driver = Driver::with_room_for(1);
    let attempt = driver.attempt(1, A);
    assert_eq!(driver.request(2, A), []);
    assert_eq!(driver.request(3, A), []);
    assert_eq!(driver.cancel(2), [], "while it waits");
    assert_eq!(
        driver.cancel(1),
        [],
        "while it connects: the attempt goes to the next"
    );
    assert_eq!(driver.attempt_of(3), Some(attempt));
    assert_eq!(driver.connected(attempt), [assign(3, attempt)]);
    assert_eq!(driver.cancel(3), [], "once assigned: its owner releases it");
    assert_eq!(
        driver.step(Event::Released {
            connection: attempt,
            reusable: false,
            expires: None,
        }),
        [close(attempt)]
    );
    let attempt = driver.attempt(4, A);
    assert_eq!(
        driver.cancel(4),
        [close(attempt)],
        "while it connects and no other request wants the attempt"
    );
    assert!(driver.pool.is_empty());
    driver.active(5, B);
}

#[test]
fn a_connection_promised_to_a_request_is_not_closed_for_another_httpcore_1110() {
    let mut driver = Driver::with_room_for(1);
    let connection = driver.active(1, A);
    assert_eq!(driver.request(2, A), []);
    assert_eq!(driver.request(3, B), []);
    assert_eq!(driver.released(connection), [assign(2, connection)]);
    assert_eq!(driver.step(Event::Sweep), []);
    assert!(driver.waits(3));
    assert_eq!(
        driver.released(connection)[0],
        close(connection),
        "the oldest is served, whatever its route"
    );
    assert!(driver.attempt_of(3).is_some());
}

#[test]
fn only_idle_connections_count_for_max_keepalive_httpcore_1000() {
    let mut driver = Driver::new(Limits {
        max_keepalive_connections: Some(2),
        ..UNLIMITED
    });
    let connections = [1, 2, 3, 4].map(|id| driver.active(id, A));
    assert_eq!(driver.released(connections[0]), []);
    assert_eq!(driver.released(connections[1]), []);
    assert_eq!(driver.released(connections[2]), []);
    driver.now += SURPLUS_GRACE;
    assert_eq!(
        driver.step(Event::Sweep),
        [close(connections[0])],
        "the least recently used goes"
    );
    assert_eq!(driver.request(5, A), [assign(5, connections[2])]);
}

#[test]
fn an_overloaded_pool_serves_everybody_afterwards_httpcore_550() {
    let mut driver = Driver::with_room_for(2);
    let [first, second] = [driver.active(0, A), driver.active(1, B)];
    for id in 2..1000 {
        assert_eq!(driver.request(id, A), []);
    }
    (2..1000)
        .filter(|id| id % 3 > 0)
        .for_each(|id| assert_eq!(driver.cancel(id), []));
    for id in (3..1000).step_by(3) {
        assert_eq!(driver.released(first), [assign(id, first)]);
    }
    driver.released(first);
    driver.released(second);
    assert_eq!(
        driver.pool.snapshot().connections,
        ConnectionCounts {
            idle: 2,
            ..Default::default()
        }
    );
    assert_eq!(driver.pool.snapshot().requests, RequestCounts::default());
}
