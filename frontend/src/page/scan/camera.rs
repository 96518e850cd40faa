use std::rc::Rc;

use uuid::Uuid;
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;
use yew::prelude::*;
use yew_router::prelude::use_navigator;

use crate::{
    app::Route,
    browser::Camera,
    component::{Button, ButtonKind, Notice, Page, Tone},
    hook::use_messages,
};

#[derive(Clone, PartialEq)]
enum State {
    Closed,
    Starting,
    Looking,
    Refused,
}

/// 扫一扫: says what the camera is for before the browser asks, and offers another way.
#[component]
pub fn Scan() -> Html {
    let q = &use_messages().qr;
    let navigator = use_navigator();
    let video = use_node_ref();
    let state = use_state(|| State::Closed);
    let foreign = use_state(|| false);
    let camera = use_mut_ref(|| None::<Camera>);
    let here = use_mut_ref(|| true);
    {
        // Leaving the page closes the camera, also one that is still being opened.
        let (camera, here) = (camera.clone(), here.clone());
        use_effect_with((), move |()| {
            move || {
                *here.borrow_mut() = false;
                camera.borrow_mut().take();
            }
        });
    }

    let found = {
        let foreign = foreign.setter();
        Rc::new(move |text: String| match (ticket_of(&text), &navigator) {
            (Some(id), Some(navigator)) => navigator.replace(&Route::ScanTicket { id }),
            _ => foreign.set(true),
        })
    };
    let start = {
        let (state, camera, video, here) = (state.clone(), camera.clone(), video.clone(), here);
        Callback::from(move |()| {
            let Some(video) = video.cast::<Element>() else {
                return;
            };
            state.set(State::Starting);
            let (state, camera, here) = (state.clone(), camera.clone(), here.clone());
            let found = found.clone();
            spawn_local(async move {
                let opened = Camera::open(&video, move |text| found(text)).await;
                if *here.borrow() {
                    state.set(if opened.is_some() {
                        State::Looking
                    } else {
                        State::Refused
                    });
                    *camera.borrow_mut() = opened;
                }
            });
        })
    };
    let stop = {
        let (state, camera) = (state.clone(), camera);
        Callback::from(move |()| {
            camera.borrow_mut().take();
            state.set(State::Closed);
        })
    };
    let looking = *state == State::Looking;
    html! {
        <Page name="scan" title={q.scan_title}>
            if !looking {
                <p class="lead">{ q.scan_why }</p>
            }
            if *state == State::Refused {
                <Notice tone={Tone::Bad} title={q.scan_refused_title} id="camera-refused" live=true>
                    <p>{ q.scan_refused }</p>
                </Notice>
            }
            <div class={classes!("camera", looking.then_some("camera--on"))}>
                <video ref={video} id="camera" playsinline=true muted=true></video>
            </div>
            if looking {
                <p role="status">{ q.scan_looking }</p>
                if *foreign {
                    <Notice tone={Tone::Wait} id="foreign" live=true><p>{ q.scan_foreign }</p></Notice>
                }
                <Button id="stop-camera" kind={ButtonKind::Secondary} onclick={stop}>{ q.scan_stop }</Button>
            } else {
                <Button id="start-camera" busy={*state == State::Starting} busy_label={q.scan_starting} onclick={start}>
                    { q.scan_start }
                </Button>
            }
            <section class="tips">
                <ul><li>{ q.scan_private }</li><li>{ q.scan_other }</li></ul>
            </section>
        </Page>
    }
}

/// The ticket that a sign-in code leads to. The site's name does not matter: only our own server
/// is ever asked about it.
fn ticket_of(text: &str) -> Option<Uuid> {
    let (_, id) = text.trim().rsplit_once("/scan/")?;
    id.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::ticket_of;

    #[test]
    fn knows_a_sign_in_code() {
        let id = "01931b6e-9d60-4a43-8c1f-2f4b6a7d9e07";
        assert!(ticket_of(&format!("https://id.example.cn/scan/{id}")).is_some());
        assert!(ticket_of("https://id.example.cn/scan/").is_none());
        assert!(ticket_of("https://evil.example/pay").is_none());
    }
}
