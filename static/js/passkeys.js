// Passkey buttons show only where the browser knows passkeys; what went wrong is said in words beside them.

const places = document.querySelectorAll("[data-passkey]");
if (window.PublicKeyCredential) for (const place of places) place.hidden = false;
else for (const place of document.querySelectorAll("[data-no-passkey]")) place.hidden = false;

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const place = places[0];
  const told = place.querySelector(".error") ?? document.createElement("p");
  told.className = "error";
  told.setAttribute("role", "alert");
  told.textContent =
    event.detail.exception?.name === "InvalidStateError"
      ? "This device or key is one of your passkeys already."
      : "No passkey was used. Try again, or go another way.";
  place.prepend(told);
});
