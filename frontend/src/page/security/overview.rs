use yew::prelude::*;

use crate::{
    app::Route,
    browser,
    component::{Fact, Facts, LoadFailed, Skeleton, Symbol, way, ways},
    hook::{Loaded, use_api, use_locale, use_messages, use_remote},
    i18n,
    page::CentrePage,
};

/// 安全设置: the second factor, and the ways to everything else.
#[component]
pub fn Security() -> Html {
    let (s, locale, api) = (&use_messages().security, use_locale(), use_api());
    let factors = use_remote((), move || api.second_factors());
    let state = match &factors.loaded {
        Loaded::Loading => html! { <Skeleton lines=2 /> },
        Loaded::Failed(failure) => {
            html! { <LoadFailed failure={failure.clone()} retry={factors.refresh.clone()} /> }
        }
        Loaded::Ready(factors) => {
            let since = factors
                .totp_since
                .map(|since| i18n::date(locale, browser::china_date(since)));
            let count = factors.passkeys.len();
            let app = match since {
                Some(_) => way(Route::RemoveTotp, "to-remove-totp", s.remove, s.app),
                None => way(Route::Totp, "set-up-totp", s.set_up, s.app),
            };
            let has_factor = since.is_some() || count > 0;
            let left = AttrValue::from((s.codes_left)(factors.recovery_codes_left));
            html! {
                <Facts>
                    <Fact label={s.passkeys} id="passkey-state" none={s.passkeys_none}
                        value={(count > 0).then(|| AttrValue::from((s.passkeys_count)(count)))}
                        action={way(Route::Passkeys, "to-passkeys", s.manage, s.passkeys)} />
                    <Fact label={s.app} id="factor-state" none={s.factor_off}
                        value={since.map(|since| AttrValue::from((s.factor_on)(&since)))} action={app} />
                    if has_factor {
                        <Fact label={s.recovery} id="codes-left" value={left}
                            action={way(Route::RecoveryCodes, "to-new-codes", s.new_codes, s.recovery)} />
                    }
                </Facts>
            }
        }
    };
    let onward = [
        (
            Route::Devices,
            "to-devices",
            Symbol::Device,
            s.devices,
            s.devices_text,
        ),
        (
            Route::Activity,
            "to-activity",
            Symbol::Clock,
            s.activity,
            s.activity_text,
        ),
        (
            Route::Export,
            "to-export",
            Symbol::IdCard,
            s.export,
            s.export_text,
        ),
        (
            Route::Close,
            "to-close",
            Symbol::Alert,
            s.close,
            s.close_text,
        ),
    ];
    html! {
        <CentrePage name="security" title={s.title} here={Route::Security}>
            <section>
                <h2>{ s.factor }</h2>
                <p class="muted">{ s.factor_why }</p>
                { state }
            </section>
            <section class="entries">
                <h2>{ s.leaving }</h2>
                { ways(&onward) }
            </section>
        </CentrePage>
    }
}
