use std::{cell::Cell, future::Future, pin::Pin, rc::Rc};

use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// Something a press starts, once: while it runs, further presses do nothing.
#[derive(Clone)]
pub struct Task {
    running: Rc<Cell<bool>>,
    shown: UseStateHandle<bool>,
}

impl Task {
    pub fn busy(&self) -> bool {
        *self.shown
    }

    /// Starts `work` unless it is still running.
    pub fn run(&self, work: impl Future<Output = ()> + 'static) {
        self.start(Box::pin(work));
    }

    /// The same for any work: in the program once, not once for each kind of work.
    fn start(&self, work: Pin<Box<dyn Future<Output = ()>>>) {
        if self.running.replace(true) {
            return;
        }
        self.shown.set(true);
        let task = self.clone();
        spawn_local(async move {
            work.await;
            task.running.set(false);
            task.shown.set(false);
        });
    }
}

#[hook]
pub fn use_task() -> Task {
    let running = use_memo((), |()| Cell::new(false));
    let shown = use_state(|| false);
    Task { running, shown }
}

/// Whether something has been busy for more than 300 ms: quicker than that, a sign of progress
/// only flickers.
#[hook]
pub fn use_slow(busy: bool) -> bool {
    let slow = use_state(|| false);
    {
        let slow = slow.clone();
        use_effect_with(busy, move |&busy| {
            let timer = busy.then(|| {
                let slow = slow.clone();
                Timeout::new(300, move || slow.set(true))
            });
            if !busy {
                slow.set(false);
            }
            move || drop(timer)
        });
    }
    busy && *slow
}
