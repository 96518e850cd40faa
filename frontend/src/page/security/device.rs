use renzheng_types::{Locale, device::Device};
use uuid::Uuid;
use yew::prelude::*;

use crate::{
    app::Route,
    component::{Button, ButtonKind, LoadFailed, Notice, Skeleton, Tone},
    hook::{Loaded, Text, use_api, use_locale, use_messages, use_remote, use_session, use_task},
    i18n,
    page::CentrePage,
};

/// 登录设备: where one is signed in, each to be signed out from here.
#[component]
pub fn Devices() -> Html {
    let s = &use_messages().security;
    let (api, session, locale) = (use_api(), use_session(), use_locale());
    let devices = use_remote((), move || api.devices());
    let task = use_task();
    let news = use_state(|| None::<Result<(), Text>>);
    let end = {
        let (task, news, refresh) = (task.clone(), news.clone(), devices.refresh.clone());
        Callback::from(move |which: Option<Uuid>| {
            let (news, refresh, session) = (news.clone(), refresh.clone(), session.clone());
            task.run(async move {
                let answer = match which {
                    Some(id) => api.delete_device(id).await,
                    None => api.delete_other_devices().await,
                };
                news.set(Some(answer.map_err(|failure| {
                    session.note(&failure);
                    Text::of_failure(&failure)
                })));
                refresh.emit(());
            });
        })
    };
    let content = match &devices.loaded {
        Loaded::Loading => html! { <Skeleton lines=6 /> },
        Loaded::Failed(failure) => {
            html! { <LoadFailed failure={failure.clone()} retry={devices.refresh.clone()} /> }
        }
        Loaded::Ready(list) => {
            let others = list.items.iter().any(|device| !device.current);
            let rows = list
                .items
                .iter()
                .map(|device| row(locale, device, task.busy(), &end));
            html! {
                <>
                    <ul id="devices" class="records">{ for rows }</ul>
                    if others {
                        <Button id="end-others" kind={ButtonKind::Secondary} busy={task.busy()} busy_label={s.ending}
                            onclick={end.reform(|()| None)}>{ s.end_others }</Button>
                    } else {
                        <p id="only-here" class="muted">{ s.only_here }</p>
                    }
                </>
            }
        }
    };
    let news = match &*news {
        None => Html::default(),
        Some(Ok(())) => html! { <Notice tone={Tone::Good} id="ended"><p>{ s.ended }</p></Notice> },
        Some(Err(text)) => html! {
            <Notice tone={Tone::Bad} id="end-trouble"><p>{ text.in_language(locale) }</p></Notice>
        },
    };
    html! {
        <CentrePage name="devices" title={s.devices} here={Route::Devices}>
            <p class="muted">{ s.devices_why }</p>
            <div role="status">{ news }</div>
            { content }
        </CentrePage>
    }
}

fn row(locale: Locale, device: &Device, busy: bool, end: &Callback<Option<Uuid>>) -> Html {
    let s = &i18n::messages(locale).security;
    let id = device.id;
    let since = (s.device_signed_in)(&i18n::moment(locale, device.signed_in_at));
    let used = (s.device_used)(&i18n::moment(locale, device.last_used_at));
    html! {
        <li key={id.as_u128()} class="record" data-current={device.current.then_some("true")}>
            <div class="record__text">
                <p>
                    <strong>{ device.device.clone() }</strong>
                    if device.current { { " " }<span class="badge badge--1">{ s.this_device }</span> }
                </p>
                <p class="record__more">{ format!("{} · {}", (s.method)(&device.method), device.address) }</p>
                <p class="record__more">{ used }</p>
                <p class="record__more">{ since }</p>
            </div>
            if !device.current {
                <Button id="end-device" kind={ButtonKind::Secondary} waiting={busy}
                    label={format!("{} {}", s.end, device.device)}
                    onclick={end.reform(move |()| Some(id))}>{ s.end }</Button>
            }
        </li>
    }
}
