const greetings: Record<string, string> = {
  passengers: "Where would you like to go?",
  hauliers: "What would you like to ship?",
  colleagues: "Good to see you.",
};

const main = document.querySelector("main");
if (main) main.textContent = greetings[${{ values.audience | dump }}];
