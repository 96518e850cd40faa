use uuid::Uuid;

use crate::app::Route;

/// Where one can be in the console.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    Overview,
    People,
    Person(Uuid),
    Halls,
    Staff,
    AddStaff,
    Member(Uuid),
    Clients,
    AddClient,
    Client(String),
    Service,
    /// Of one account, when it is given.
    Trail(Option<Uuid>),
    Statistics,
}

impl Place {
    /// What stands after `/console/`.
    pub fn of(rest: &str) -> Option<Self> {
        let parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
        Some(match parts.as_slice() {
            [] => Self::Overview,
            ["people"] => Self::People,
            ["people", id] => Self::Person(id.parse().ok()?),
            ["halls"] => Self::Halls,
            ["staff"] => Self::Staff,
            ["staff", "new"] => Self::AddStaff,
            ["staff", id] => Self::Member(id.parse().ok()?),
            ["applications"] => Self::Clients,
            ["applications", "new"] => Self::AddClient,
            ["applications", id] => Self::Client((*id).into()),
            ["service"] => Self::Service,
            ["trail"] => Self::Trail(None),
            ["trail", id] => Self::Trail(Some(id.parse().ok()?)),
            ["statistics"] => Self::Statistics,
            _ => return None,
        })
    }

    pub fn route(&self) -> Route {
        let rest = match self {
            Self::Overview => return Route::Console,
            Self::People => "people".into(),
            Self::Person(id) => format!("people/{id}"),
            Self::Halls => "halls".into(),
            Self::Staff => "staff".into(),
            Self::AddStaff => "staff/new".into(),
            Self::Member(id) => format!("staff/{id}"),
            Self::Clients => "applications".into(),
            Self::AddClient => "applications/new".into(),
            Self::Client(id) => format!("applications/{id}"),
            Self::Service => "service".into(),
            Self::Trail(None) => "trail".into(),
            Self::Trail(Some(id)) => format!("trail/{id}"),
            Self::Statistics => "statistics".into(),
        };
        Route::ConsolePage { rest }
    }

    /// The entry of the menu that it belongs to.
    pub fn section(&self) -> Self {
        match self {
            Self::Person(_) => Self::People,
            Self::AddStaff | Self::Member(_) => Self::Staff,
            Self::AddClient | Self::Client(_) => Self::Clients,
            Self::Trail(_) => Self::Trail(None),
            other => other.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_where_they_are() {
        let id = Uuid::from_u128(7);
        for place in [
            Place::People,
            Place::Person(id),
            Place::Halls,
            Place::Staff,
            Place::AddStaff,
            Place::Member(id),
            Place::Clients,
            Place::AddClient,
            Place::Client("app-1".into()),
            Place::Service,
            Place::Trail(None),
            Place::Trail(Some(id)),
            Place::Statistics,
        ] {
            let Route::ConsolePage { rest } = place.route() else {
                panic!("{place:?}");
            };
            assert_eq!(Place::of(&rest), Some(place));
        }
        assert_eq!(Place::of(""), Some(Place::Overview));
        assert_eq!(Place::of("people/x"), None);
        assert_eq!(Place::of("nowhere"), None);
    }
}
