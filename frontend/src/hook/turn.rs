use std::rc::Rc;

use yew::prelude::*;

#[derive(PartialEq)]
struct Count(u32);

impl Reducible for Count {
    type Action = ();

    fn reduce(self: Rc<Self>, (): ()) -> Rc<Self> {
        Rc::new(Self(self.0.wrapping_add(1)))
    }
}

/// A number that grows with each call of the callback, however old the callback is: the key of
/// something that is to be done again.
#[hook]
pub fn use_turn() -> (u32, Callback<()>) {
    let count = use_reducer(|| Count(0));
    let next = use_callback(count.dispatcher(), |(), count| count.dispatch(()));
    (count.0, next)
}
