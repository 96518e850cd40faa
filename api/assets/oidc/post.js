// Sends the one form on the page on. Without scripts the person presses its button.
document.querySelector("form[data-send]").submit();
