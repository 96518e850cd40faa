use js_sys::{Function, Promise, Reflect};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Element;
use yew::prelude::*;

use super::table::Table;
use crate::{hook::use_locale, i18n};

/// What is drawn over the days.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Series {
    pub name: String,
    pub values: Vec<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    Line,
    /// On top of each other.
    Bars,
}

/// What is drawn, as the script takes it.
#[derive(Serialize)]
struct Drawing<'a> {
    shape: Shape,
    days: &'a [String],
    series: &'a [Series],
    /// Digits after the point.
    digits: u8,
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub id: &'static str,
    pub title: AttrValue,
    pub shape: Shape,
    pub days: Vec<String>,
    pub series: Vec<Series>,
    #[prop_or_default]
    pub digits: u8,
}

/// A chart, and below it the same as a table: for those who do not see it, and those who want the numbers.
#[component]
pub fn Chart(props: &Props) -> Html {
    let s = i18n::service_words(use_locale());
    let canvas = use_node_ref();
    let drawing = serde_json::to_string(&Drawing {
        shape: props.shape,
        days: &props.days,
        series: &props.series,
        digits: props.digits,
    });
    let drawing = drawing.unwrap_or_default();
    {
        let canvas = canvas.clone();
        use_effect_with(drawing, move |drawing| {
            let drawing = drawing.clone();
            let canvas = canvas.cast::<Element>();
            spawn_local(async move {
                if let Some(canvas) = canvas {
                    draw(&canvas, &drawing).await;
                }
            });
        });
    }
    {
        let canvas = canvas.clone();
        use_effect_with((), move |()| {
            move || {
                if let Some(canvas) = canvas.cast::<Element>() {
                    spawn_local(async move {
                        draw(&canvas, "").await;
                    });
                }
            }
        });
    }
    let digits = usize::from(props.digits);
    let total: f64 = props.series.iter().flat_map(|series| &series.values).sum();
    let mut columns = vec![AttrValue::from(s.day)];
    columns.extend(
        props
            .series
            .iter()
            .map(|series| AttrValue::from(series.name.clone())),
    );
    // The newest day is what is looked for.
    let rows = props.days.iter().enumerate().rev().map(|(day, name)| {
        let mut row = vec![html! { name }];
        row.extend(props.series.iter().map(|series| {
            let value = series.values.get(day).copied().unwrap_or_default();
            html! { format!("{value:.digits$}") }
        }));
        row
    });
    let title_id = format!("{}-title", props.id);
    html! {
        <figure id={props.id} class="console-chart" aria-labelledby={title_id.clone()}>
            <figcaption id={title_id} class="console-chart__title">
                <span>{ &props.title }</span>
                <span class="console-chart__total">{ format!("{} {}", s.total, read(total, digits)) }</span>
            </figcaption>
            if total == 0.0 {
                <p class="muted">{ s.empty }</p>
            } else {
                <div class="console-chart__canvas" aria-hidden="true"><canvas ref={canvas}></canvas></div>
                <details class="details">
                    <summary>{ s.as_table }</summary>
                    <Table caption={props.title.clone()} {columns} rows={rows.collect::<Vec<_>>()} stacks=false numbers_after={0} />
                </details>
            }
        </figure>
    }
}

fn read(total: f64, digits: usize) -> String {
    let text = format!("{total:.digits$}");
    let (whole, part) = text.split_once('.').unwrap_or((text.as_str(), ""));
    let whole = whole
        .parse()
        .map_or_else(|_| whole.to_owned(), i18n::number);
    match part {
        "" => whole,
        part => format!("{whole}.{part}"),
    }
}

/// Draws, or takes away what was drawn when there is nothing to draw. The script is fetched the first time.
async fn draw(canvas: &Element, drawing: &str) -> Option<()> {
    let load = Reflect::get(&web_sys::window()?.into(), &"loadChart".into()).ok()?;
    let loading = load.dyn_ref::<Function>()?.call0(&JsValue::NULL).ok()?;
    let script = JsFuture::from(Promise::from(loading)).await.ok()?;
    let draw: Function = Reflect::get(&script, &"draw".into())
        .ok()?
        .dyn_into()
        .ok()?;
    draw.call2(&JsValue::NULL, canvas, &drawing.into()).ok()?;
    Some(())
}
