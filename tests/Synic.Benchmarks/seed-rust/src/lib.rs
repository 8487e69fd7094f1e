//! The seed's design in Rust: one mutex, one hash map, and a reference counted trait object that is cloned under the
//! lock and called after it. The whole loop is native, so that no transition from .NET is measured.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

const SUCCESS: u16 = 0;
const OPERATION_DENIED: u16 = 0x08;
const INVALID_CONNECTION_ID: u16 = 0x12;
const INSUFFICIENT_BUFFERS: u16 = 0x13;

const PAYLOAD: usize = 240;
const GUEST_BYTES: usize = 16 * 4096;

trait EventPort: Send + Sync {
    fn handle_event(&self, flag: u16);
}

trait MessagePort: Send + Sync {
    fn try_handle_message(&self, message: &[u8], trusted: bool) -> bool;
}

#[derive(Clone)]
enum Target {
    Event(Arc<dyn EventPort>),
    Message(Arc<dyn MessagePort>),
}

#[derive(Clone)]
struct Entry {
    target: Target,
    minimum_vtl: u8,
}

#[derive(Default)]
pub struct Seed {
    entries: Mutex<HashMap<u32, Entry>>,
}

impl Seed {
    fn find(&self, connection: u32) -> Option<Entry> {
        self.entries.lock().unwrap().get(&connection).cloned()
    }

    #[inline(always)]
    fn signal_event(&self, vtl: u8, connection: u32, flag: u16) -> u16 {
        match self.find(connection) {
            Some(Entry { target: Target::Event(port), minimum_vtl }) => {
                if vtl < minimum_vtl {
                    return OPERATION_DENIED;
                }
                port.handle_event(flag);
                SUCCESS
            }
            _ => INVALID_CONNECTION_ID,
        }
    }

    #[inline(always)]
    fn post_message(&self, vtl: u8, connection: u32, trusted: bool, message: &[u8]) -> u16 {
        match self.find(connection) {
            Some(Entry { target: Target::Message(port), minimum_vtl }) => {
                if vtl < minimum_vtl {
                    return OPERATION_DENIED;
                }
                if port.try_handle_message(message, trusted) {
                    SUCCESS
                } else {
                    INSUFFICIENT_BUFFERS
                }
            }
            _ => INVALID_CONNECTION_ID,
        }
    }

    #[inline(never)]
    unsafe fn copy_and_post(&self, connection: u32, guest: *const u8) -> u16 {
        let mut copy = std::mem::MaybeUninit::<[u8; PAYLOAD]>::uninit();
        std::ptr::copy_nonoverlapping(guest, copy.as_mut_ptr().cast::<u8>(), PAYLOAD);
        self.post_message(0, connection, false, copy.assume_init_ref())
    }
}

struct NoOp;

impl EventPort for NoOp {
    fn handle_event(&self, flag: u16) {
        std::hint::black_box(flag);
    }
}

impl MessagePort for NoOp {
    fn try_handle_message(&self, message: &[u8], _trusted: bool) -> bool {
        std::hint::black_box(message);
        true
    }
}

struct Counting(AtomicU64);

impl EventPort for Counting {
    fn handle_event(&self, _flag: u16) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Kinds: 0 an event port that does nothing, 1 an event port that counts, 2 a message port that does nothing.
#[no_mangle]
pub unsafe extern "C" fn seed_create(ids: *const u32, count: usize, kind: u32, minimum_vtl: u8) -> *mut Seed {
    let seed = Seed::default();
    {
        let mut entries = seed.entries.lock().unwrap();
        for &id in std::slice::from_raw_parts(ids, count) {
            let target = match kind {
                0 => Target::Event(Arc::new(NoOp)),
                1 => Target::Event(Arc::new(Counting(AtomicU64::new(0)))),
                _ => Target::Message(Arc::new(NoOp)),
            };
            entries.insert(id, Entry { target, minimum_vtl });
        }
    }
    Box::into_raw(Box::new(seed))
}

#[no_mangle]
pub unsafe extern "C" fn seed_signal(seed: *const Seed, order: *const u32, length: usize, calls: usize) -> usize {
    let seed = &*seed;
    let order = std::slice::from_raw_parts(order, length);
    let mut taken = 0;
    for i in 0..calls {
        let connection = order[i & (order.len() - 1)];
        taken += usize::from(seed.signal_event(0, connection, 0) == SUCCESS);
    }
    taken
}

#[no_mangle]
pub unsafe extern "C" fn seed_post(seed: *const Seed, order: *const u32, length: usize, guest: *const u8, calls: usize) -> usize {
    let seed = &*seed;
    let order = std::slice::from_raw_parts(order, length);
    let mut taken = 0;
    for i in 0..calls {
        let connection = order[i & (order.len() - 1)];
        let message = guest.add((i * 256) & (GUEST_BYTES - 1));
        taken += usize::from(seed.copy_and_post(connection, message) == SUCCESS);
    }
    taken
}

#[no_mangle]
pub unsafe extern "C" fn seed_destroy(seed: *mut Seed) {
    drop(Box::from_raw(seed));
}
