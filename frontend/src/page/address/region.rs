use renzheng_types::address::Region;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::{
    component::{Field, LoadFailed},
    hook::{Form, use_api, use_locale, use_turn},
    i18n,
};

/// One level of the cascade: what there is, and what is chosen of it.
#[derive(Clone, PartialEq)]
struct Tier {
    regions: Vec<Region>,
    chosen: Option<usize>,
}

#[derive(Properties, PartialEq)]
pub struct Props {
    /// Takes the code of the district in `region_code`.
    pub form: Form,
}

/// Whether `code` is the region or lies in it: GB/T 2260 numbers go by pairs of digits.
fn holds(region: &Region, code: &str) -> bool {
    let mut prefix = region.code.as_str();
    while let Some(shorter) = prefix.strip_suffix("00") {
        prefix = shorter;
    }
    region.code == code || (region.has_children && code.starts_with(prefix))
}

/// Province, city, district: each choice brings the next.
#[component]
pub fn RegionField(props: &Props) -> Html {
    let w = i18n::address(use_locale());
    let api = use_api();
    let tiers = use_state(Vec::<Tier>::new);
    let trouble = use_state(|| None);
    let (turn, retry) = use_turn();
    let form = &props.form;

    // From the top, down to what the form holds already.
    {
        let (tiers, trouble) = (tiers.clone(), trouble.clone());
        let wanted = form.value("region_code");
        use_effect_with(turn, move |_| {
            spawn_local(async move {
                let mut found = Vec::new();
                let mut parent: Option<String> = None;
                loop {
                    let regions = match api.regions(parent.as_deref()).await {
                        Ok(list) => list.items,
                        Err(failure) => return trouble.set(Some(failure)),
                    };
                    let chosen = regions.iter().position(|region| holds(region, &wanted));
                    let next = chosen
                        .and_then(|index| regions.get(index))
                        .filter(|region| region.has_children)
                        .map(|region| region.code.clone());
                    found.push(Tier { regions, chosen });
                    parent = next;
                    if parent.is_none() {
                        break;
                    }
                }
                trouble.set(None);
                tiers.set(found);
            });
        });
    }

    let onchange = {
        let (tiers, trouble, form) = (tiers.clone(), trouble.clone(), form.clone());
        Callback::from(move |(depth, code): (usize, String)| {
            let mut kept: Vec<Tier> = tiers.iter().take(depth + 1).cloned().collect();
            let chosen = kept.last_mut().and_then(|tier| {
                tier.chosen = tier.regions.iter().position(|region| region.code == code);
                tier.regions.get(tier.chosen?).cloned()
            });
            match chosen {
                Some(region) if region.has_children => {
                    form.set("region_code", "");
                    tiers.set(kept.clone());
                    let (tiers, trouble) = (tiers.clone(), trouble.clone());
                    spawn_local(async move {
                        match api.regions(Some(&region.code)).await {
                            Ok(list) => {
                                kept.push(Tier {
                                    regions: list.items,
                                    chosen: None,
                                });
                                trouble.set(None);
                                tiers.set(kept);
                            }
                            Err(failure) => trouble.set(Some(failure)),
                        }
                    });
                }
                region => {
                    form.forgive("region_code");
                    form.set(
                        "region_code",
                        region.map(|region| region.code).unwrap_or_default(),
                    );
                    tiers.set(kept);
                }
            }
        })
    };
    let wrong = form.error("region_code").is_some();
    let selects = tiers.iter().enumerate().map(|(depth, tier)| {
        let label = w.region_levels.get(depth).copied().unwrap_or_default();
        let onchange = onchange.reform(move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            (depth, select.value())
        });
        // The label leads to the first one.
        let id = if depth == 0 {
            "region-code".to_owned()
        } else {
            format!("region-code-{depth}")
        };
        let options = tier.regions.iter().enumerate().map(|(index, region)| {
            html! { <option value={region.code.clone()} selected={tier.chosen == Some(index)}>{ region.name.clone() }</option> }
        });
        html! {
            <select key={depth} {id} class="input input--medium" aria-label={label} aria-invalid={wrong.then_some("true")}
                aria-describedby={wrong.then_some("region-code-error")} {onchange}>
                <option value="" selected={tier.chosen.is_none()}>{ format!("{}（{label}）", w.choose) }</option>
                { for options }
            </select>
        }
    });
    html! {
        <Field form={form.clone()} name="region_code" label={w.region}>
            if let Some(failure) = &*trouble {
                <LoadFailed failure={failure.clone()} {retry} />
            }
            <div class="cascade">{ for selects }</div>
        </Field>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(code: &str, has_children: bool) -> Region {
        Region {
            code: code.into(),
            name: String::new(),
            has_children,
        }
    }

    #[test]
    fn a_district_lies_in_its_city_and_province() {
        assert!(holds(&region("350000", true), "350102"));
        assert!(holds(&region("350100", true), "350102"));
        assert!(holds(&region("350102", false), "350102"));
        assert!(!holds(&region("350200", true), "350102"));
        assert!(!holds(&region("360000", true), "350102"));
        assert!(!holds(&region("350103", false), "350102"));
    }
}
