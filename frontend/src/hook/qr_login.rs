use std::{cell::Cell, rc::Rc};

use gloo_timers::future::TimeoutFuture;
use renzheng_types::qr_login::{QrLogin, QrState, QrStatus};
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{EventSource, MessageEvent};
use yew::prelude::*;

use super::{use_api, use_turn};
use crate::api::{Api, Failure, qr_events};

/// How often we ask where no events arrive.
const ASK_EVERY_MS: u32 = 2000;

/// A ticket on the screen of the browser that wants to sign in.
#[derive(Clone, PartialEq)]
pub enum Ticket {
    Loading,
    Open(Rc<QrLogin>, QrStatus),
    Failed(Failure),
}

/// A fresh ticket followed by events, or by asking where events don't get through. The callback
/// asks for another one.
#[hook]
pub fn use_qr_login() -> (Ticket, Callback<()>) {
    let api = use_api();
    let (turn, renew) = use_turn();
    let ticket = use_state(|| Ticket::Loading);
    {
        let ticket = ticket.setter();
        use_effect_with(turn, move |_| {
            let watch = Rc::new(Watch {
                over: Cell::new(false),
                live: Cell::new(false),
            });
            spawn_local(follow(api, ticket, watch.clone()));
            move || watch.over.set(true)
        });
    }
    ((*ticket).clone(), renew)
}

struct Watch {
    /// The page was left, or the ticket has come to its end.
    over: Cell<bool>,
    /// Events arrive.
    live: Cell<bool>,
}

async fn follow(api: Api, ticket: UseStateSetter<Ticket>, watch: Rc<Watch>) {
    ticket.set(Ticket::Loading);
    let login = match api.create_qr_login().await {
        Ok(login) => Rc::new(login),
        Err(failure) => {
            if !watch.over.get() {
                ticket.set(Ticket::Failed(failure));
            }
            return;
        }
    };
    if watch.over.get() {
        return;
    }
    ticket.set(Ticket::Open(login.clone(), QrStatus::Pending));
    let heard = {
        let (ticket, login, watch) = (ticket.clone(), login.clone(), watch.clone());
        move |status| {
            if !watch.over.get() {
                watch.over.set(is_end(status));
                ticket.set(Ticket::Open(login.clone(), status));
            }
        }
    };
    let events = Events::open(&qr_events(login.id), watch.clone(), heard.clone());
    let mut left = login.expires_in.saturating_mul(1000);
    while !watch.over.get() {
        TimeoutFuture::new(ASK_EVERY_MS).await;
        left = left.saturating_sub(ASK_EVERY_MS);
        if watch.over.get() {
            break;
        }
        if left == 0 {
            heard(QrStatus::Expired);
        } else if !(watch.live.get() && events.as_ref().is_some_and(Events::are_open)) {
            match api.qr_state(login.id).await {
                Ok(state) => heard(state.status),
                Err(failure) if failure.status() == Some(410) => heard(QrStatus::Expired),
                // The network may come back before the ticket lapses.
                Err(_) => {}
            }
        }
    }
    drop(events);
}

fn is_end(status: QrStatus) -> bool {
    !matches!(status, QrStatus::Pending | QrStatus::Scanned)
}

/// Server-sent events; closed when dropped.
struct Events {
    source: EventSource,
    _heard: Closure<dyn FnMut(MessageEvent)>,
}

impl Events {
    fn open(url: &str, watch: Rc<Watch>, heard: impl Fn(QrStatus) + 'static) -> Option<Self> {
        let source = EventSource::new(url).ok()?;
        let closure = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let text = event.data().as_string().unwrap_or_default();
            if let Ok(state) = serde_json::from_str::<QrState>(&text) {
                watch.live.set(true);
                heard(state.status);
            }
        });
        source.set_onmessage(Some(closure.as_ref().unchecked_ref()));
        Some(Self {
            source,
            _heard: closure,
        })
    }

    fn are_open(&self) -> bool {
        self.source.ready_state() == EventSource::OPEN
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.source.set_onmessage(None);
        self.source.close();
    }
}
