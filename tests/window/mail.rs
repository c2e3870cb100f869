//! An organizer lets mails be sent, and sees what became of them.

use testkit::{ANNA, BORIS, GA, MailServer};

use crate::harness::{Launch, Window};
use crate::page::{button, field, heading, link};

const ENTER: &str = "\u{e007}";

/// Fills in a server on this computer.
fn set_server(window: &Window, server: &MailServer) {
    window.fill(&field("Server"), "127.0.0.1");
    window.fill(&field("Port"), &server.port().to_string());
    window.choose(&field("Encryption"), "None (only for a server on this computer)");
    window.fill(&field("Sender’s address"), "desk@example.org");
    window.press(ENTER);
    window.see("The mail server is set.");
}

#[test]
fn queued_mails_are_sent_when_a_server_is_set_and_the_pages_say_no_more_than_is_true() {
    let server = MailServer::start();
    let window = Launch::real().published(10).bought(&ANNA, &[(GA, 1)]).open();
    window.go(&format!("/order/{}/thanks", ANNA.order));
    window.see("Thank you, Anna!");
    window.see("The confirmation to anna@example.org is written and waits with the organizer.");
    window.see_no("on its way");

    window.go("/organizer");
    window.click(&link("Mail"));
    window.text(&heading("Mail"));
    window.see("No mail server is set.");
    window.see("olga@example.org");
    window.assert_accessible();
    window.screenshot("mail-waiting");

    set_server(&window, &server);
    window.see("Nothing waits");
    window.go("/organizer/mail?state=sent");
    window.see("CQRS Days: Your order is confirmed");
    assert_eq!(server.received().len(), 2);
    window.assert_accessible();
    window.screenshot("mail-sent");

    window.click(&button("Send a test mail"));
    window.click(&button("Send"));
    window.see("The server accepted the test mail.");
    assert_eq!(server.received()[2].to, "desk@example.org");

    window.go(&format!("/order/{}/thanks", ANNA.order));
    window.see("A confirmation is on its way to anna@example.org.");
}

#[test]
fn what_a_server_refuses_is_named_and_tried_again() {
    let mut server = MailServer::start();
    server.refuses(BORIS.email);
    let window = Launch::real().published(10).bought(&BORIS, &[(GA, 1)]).open();
    window.go("/organizer/mail");
    set_server(&window, &server);
    window.see("Tries: 1.");
    window.screenshot("mail-refused");
    for tries in ["Tries: 2.", "Nothing waits"] {
        window.click(&button("Try now"));
        window.see(tries);
    }
    window.see("There are mails that the server refuses for good.");
    window.go("/organizer/mail?state=undeliverable");
    window.see("boris@example.org");
    window.assert_accessible();
    window.screenshot("mail-undeliverable");
    window.go("/organizer");
    window.see("There are mails that could not be delivered.");
    window.screenshot("mail-notice");

    window.click(&link("See mails"));
    window.text(&heading("Mail"));
    window.go("/organizer/mail?state=undeliverable");
    server.takes(BORIS.email);
    window.click(&button("Try again"));
    window.see("Nothing is undeliverable");
    window.go("/organizer/mail?state=sent");
    window.see("boris@example.org");

    server.goes_away();
    window.others_buy(&[(GA, 1)]);
    window.see("It does not answer.");
    window.assert_accessible();
    window.screenshot("mail-away");
    window.click(&button("Send a test mail"));
    window.click(&button("Send"));
    window.see("The mail was not sent.");
    window.assert_accessible();
    window.screenshot("mail-test-failed");
}
