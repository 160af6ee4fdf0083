/** The library that makes QR codes, as a file of its own: it is loaded when the first code is wanted. */
export { encode } from "uqr";
