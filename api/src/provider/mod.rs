//! Other people's services: SMS gateways, mail, verification authorities.
