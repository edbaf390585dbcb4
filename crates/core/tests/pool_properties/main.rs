//! What always holds for the pool, over random sequences of events.
//!
//! The caller of this test opens no sockets. It keeps a plain record of connections and requests, carries out the
//! pool's actions on it, and checks the pool's promises after every step.

mod actions;
mod caller;
mod operations;
mod promises;

use std::time::Duration;

use httpxide_core::pool::{Limits, Multiplexing};
use proptest::prelude::*;
use proptest::sample::Index;

use caller::{Caller, ORIGINS};
use operations::Operation;

fn limits() -> impl Strategy<Value = Limits> {
    let count = || prop::option::weighted(0.8, 0usize..6);
    (count(), count(), prop::option::of(0u64..3000), count()).prop_map(
        |(max_connections, max_keepalive_connections, expiry, max_connections_per_host)| Limits {
            max_connections,
            max_keepalive_connections,
            keepalive_expiry: expiry.map(Duration::from_millis),
            max_connections_per_host,
        },
    )
}

fn multiplexing() -> impl Strategy<Value = Multiplexing> {
    prop_oneof![Just(Multiplexing::No), Just(Multiplexing::Unknown)]
}

fn operation() -> impl Strategy<Value = Operation> {
    let which = any::<Index>;
    let capacity = || prop_oneof![2 => Just(0u32), 6 => Just(1), 4 => 2u32..5];
    prop_oneof![
        300 => (0..ORIGINS.len()).prop_map(Operation::Request),
        60 => which().prop_map(Operation::Cancel),
        60 => which().prop_map(Operation::RoomGivenBack),
        60 => which().prop_map(Operation::RoomWanted),
        150 => (which(), capacity()).prop_map(|(on, capacity)| Operation::Connected(on, capacity)),
        40 => which().prop_map(Operation::ConnectFailed),
        60 => (which(), capacity()).prop_map(|(on, capacity)| Operation::CapacityChanged(on, capacity)),
        30 => which().prop_map(Operation::Draining),
        30 => which().prop_map(Operation::Stale),
        250 => (which(), prop::bool::weighted(0.8), prop::option::of(0u64..2000))
            .prop_map(|(on, reusable, kept_for)| Operation::Released(on, reusable, kept_for)),
        40 => which().prop_map(Operation::Closed),
        10 => which().prop_map(Operation::EndedConnection),
        60 => (0u64..1500).prop_map(Operation::TimePasses),
        30 => Just(Operation::Sweep),
        2 => Just(Operation::Shutdown),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_pool_keeps_its_promises(
        limits in limits(),
        multiplexing in prop::array::uniform3(multiplexing()),
        operations in prop::collection::vec(operation(), 0..150),
    ) {
        let mut caller = Caller::new(limits, multiplexing);
        for operation in &operations {
            caller.operate(operation);
        }
        caller.finish();
    }
}
