use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    #[prop_or_default]
    pub id: Option<AttrValue>,
    /// Says what it lists, to those who do not see it.
    pub caption: AttrValue,
    pub columns: Vec<AttrValue>,
    /// Rows of cells, as many as columns. The first names the row.
    pub rows: Vec<Vec<Html>>,
    /// On narrow screens each row becomes a block, its cells named; else the table is scrolled sideways.
    #[prop_or(true)]
    pub stacks: bool,
    /// Columns, after this one, of numbers.
    #[prop_or(usize::MAX)]
    pub numbers_after: usize,
}

/// A table.
#[component]
pub fn Table(props: &Props) -> Html {
    let heads = props.columns.iter().enumerate().map(|(place, name)| {
        html! { <th scope="col" class={number(props, place)}>{ name }</th> }
    });
    let rows = props.rows.iter().map(|row| {
        let cells = row.iter().zip(&props.columns).enumerate().map(|(place, (cell, name))| {
            let class = number(props, place);
            match place {
                0 => html! { <th scope="row" {class} data-column={name.clone()}>{ cell.clone() }</th> },
                _ => html! { <td {class} data-column={name.clone()}>{ cell.clone() }</td> },
            }
        });
        html! { <tr>{ for cells }</tr> }
    });
    let class = classes!(
        "console-table",
        props.stacks.then_some("console-table--stacks")
    );
    let table = html! {
        <table id={props.id.clone()} {class}>
            <caption class="visually-hidden">{ &props.caption }</caption>
            <thead><tr>{ for heads }</tr></thead>
            <tbody>{ for rows }</tbody>
        </table>
    };
    html! {
        // Scrolled by keyboard too.
        <div class="console-scroll" role="region" aria-label={props.caption.clone()} tabindex="0">{ table }</div>
    }
}

fn number(props: &Props, place: usize) -> Option<&'static str> {
    (place > props.numbers_after).then_some("console-table__number")
}
