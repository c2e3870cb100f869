//! Prints the OpenRPC document, for the generator of the window's types.

fn main() {
    println!("{}", app::schema::openrpc());
}
