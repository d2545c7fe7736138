/** For the dialog that asks for the password again. */
export const texts = {
  "proof.title": "Is it you?",
  "proof.text": "This needs your password, because you last entered it more than ten minutes ago.",
  "proof.password": "Current password",
  "proof.go": "Continue",
  "proof.empty": "Enter your password.",
  "proof.wrong": "That is not your password.",
};
